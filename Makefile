# fathom: `make help` lists the targets. Settings here, or in config.mk, or on the command line.
PREFIX   = /usr/local
DESTDIR  =
CC       = cc
CFLAGS   = -O3 -g
BUILD    = build
WERROR   =
V        =
-include config.mk

VERSION  = 0.1.0
STANDARD = -std=c11 -D_GNU_SOURCE -ffp-contract=off -fno-math-errno -fno-trapping-math -pthread
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes \
           -Wwrite-strings -Wvla -Wdouble-promotion -Wundef -Wformat=2 $(if $(WERROR),-Werror)
# -lgsl with -lopenblas, never `gsl-config --libs`: gslcblas would be ten times slower without saying so.
LIBS     = -lgsl -lopenblas -ljansson -lz -lm
DEFINES  = -DFATHOM_VERSION='"$(VERSION)"' -DFATHOM_DATA='"$(PREFIX)/share/fathom"'
FLAGS    = $(STANDARD) $(WARNINGS) $(DEFINES) -Isrc $(CPPFLAGS) $(CFLAGS) $(SANITIZE)

SOURCES  = $(filter-out src/main.c,$(wildcard src/*/*.c))
OBJECTS  = $(SOURCES:src/%.c=$(BUILD)/%.o)
TESTS    = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/test_*.c))
BENCHES  = $(patsubst scripts/bench/%.c,$(BUILD)/bench/%,$(wildcard scripts/bench/*.c))
SUITES   = $(TESTS) $(wildcard tests/cli/*.sh)
COMMANDS = $(shell sed -n 's/^COMMAND(\(.*\))/\1/p' src/cmd/commands.def)
PAGES    = $(BUILD)/man/fathom.1 $(COMMANDS:%=$(BUILD)/man/fathom-%.1)
SCRIPTS  = $(shell find scripts/figures -type f 2>/dev/null)
RUNTESTS = FATHOM=$(abspath $(BUILD))/fathom BUILD=$(BUILD) sh scripts/run-tests.sh $(BUILD)/test-logs

# "  CC src/base/err.c" for each command; V=1 shows the commands themselves.
say      = $(if $(V),,@printf '  %-4s %s\n' '$1' '$2' && )

all: $(BUILD)/fathom ## build the program (the default)

$(BUILD)/fathom: $(BUILD)/main.o $(BUILD)/libfathom.a
	$(call say,LINK,$@)$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libfathom.a: $(OBJECTS)
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $(OBJECTS)

$(BUILD)/main.o $(OBJECTS): $(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

$(TESTS): $(BUILD)/tests/%: tests/%.c $(BUILD)/libfathom.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,TEST,$<)$(CC) $(FLAGS) -Itests -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libfathom.a -lcmocka $(LIBS)

$(BENCHES): $(BUILD)/bench/%: scripts/bench/%.c $(BUILD)/libfathom.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(FLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libfathom.a $(LIBS)

# The flags of this build: other flags (another PREFIX too) rebuild everything, the same ones nothing.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ',,$(CC) $(FLAGS) $(LDFLAGS))' >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/tests/*/*.d)

check: all $(TESTS) ## build and run every test; the last line counts them
	@$(RUNTESTS) $(SUITES)

programs: all $(TESTS)

check-slow: all $(TESTS) ## the same with FATHOM_SLOW=1: larger samples, more kills, up to an hour a suite
	@FATHOM_SLOW=1 TEST_LIMIT=3600 $(RUNTESTS) $(SUITES)

# A build of its own for each sanitizer; suites that would take an hour under one look at FATHOM_SANITIZER. These builds lie too
# deep to find the figures' scripts from where they are.
asan: ## the tests under AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer
	@FATHOM_DATA='$(CURDIR)/scripts' FATHOM_SANITIZER=address TEST_LIMIT=1200 ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) --no-print-directory check \
	    BUILD=$(BUILD)/asan CFLAGS='-O1 -g -fno-omit-frame-pointer' SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined'

tsan: ## the tests under ThreadSanitizer
	@FATHOM_DATA='$(CURDIR)/scripts' FATHOM_SANITIZER=thread TEST_LIMIT=1200 TSAN_OPTIONS=halt_on_error=1 $(MAKE) --no-print-directory check \
	    BUILD=$(BUILD)/tsan CFLAGS='-O1 -g' SANITIZE=-fsanitize=thread

cover: ## the tests with coverage: lines and branches of src/, by gcov
	@find $(BUILD)/cover -name '*.gcda' -delete 2>/dev/null || true
	@FATHOM_DATA='$(CURDIR)/scripts' $(MAKE) --no-print-directory check BUILD=$(BUILD)/cover CFLAGS='-O0 -g' SANITIZE='--coverage -fprofile-update=atomic'; \
	    code=$$?; sh scripts/coverage.sh $(BUILD)/cover; exit $$code

lint: ## checks of the tree; warnings as errors with gcc and clang; clang-tidy and cppcheck where installed
	@sh scripts/lint.sh $(BUILD)

format: ## lay out src/ and tests/ by .clang-format (tables in .def files stay)
	clang-format -i $(wildcard src/*.c src/*/*.c src/*/*.h tests/*.h tests/*/*.c tests/*/*.h)

bench: all $(BENCHES) ## measure speed against PyTorch; writes results/bench/; PARTS='layers whole' for some of it
	python3 scripts/bench/bench.py $(BUILD) results/bench $(PARTS)

reproduce: all ## the curated depth sweep, its figures and the quick report; DATA=DIR for MNIST
	@FATHOM=$(BUILD)/fathom sh scripts/setup.sh run-reproduce $(if $(DATA),--data '$(DATA)')

$(BUILD)/man/fathom.1: $(BUILD)/fathom
	@mkdir -p $(@D)
	$(BUILD)/fathom --man >$@.part && mv $@.part $@

$(BUILD)/man/fathom-%.1: $(BUILD)/fathom
	@mkdir -p $(@D)
	$(BUILD)/fathom --man $* >$@.part && mv $@.part $@

# What `install` puts where, one pair a line; `uninstall` removes the same.
BIN      = $(DESTDIR)$(PREFIX)/bin
SHARE    = $(DESTDIR)$(PREFIX)/share
BASHCOMP = $(SHARE)/bash-completion/completions/fathom
ZSHCOMP  = $(SHARE)/zsh/site-functions/_fathom
FISHCOMP = $(SHARE)/fish/vendor_completions.d/fathom.fish

install: all $(PAGES) ## copy program, scripts, manual pages and completions; PREFIX= and DESTDIR= are heeded
	install -d '$(BIN)' '$(SHARE)/man/man1' '$(SHARE)/fathom' $(foreach f,$(BASHCOMP) $(ZSHCOMP) $(FISHCOMP),'$(dir $(f))')
	install -m 755 $(BUILD)/fathom '$(BIN)/fathom'
	install -m 644 $(PAGES) '$(SHARE)/man/man1'
	for f in $(SCRIPTS:scripts/%=%); do \
	    install -d "$(SHARE)/fathom/$$(dirname $$f)" && install -m 644 "scripts/$$f" "$(SHARE)/fathom/$$f" || exit 1; done
	$(BUILD)/fathom --completions bash >'$(BASHCOMP)'
	$(BUILD)/fathom --completions zsh >'$(ZSHCOMP)'
	$(BUILD)/fathom --completions fish >'$(FISHCOMP)'

uninstall: ## remove exactly what install copied
	rm -f '$(BIN)/fathom' '$(BASHCOMP)' '$(ZSHCOMP)' '$(FISHCOMP)'
	for f in $(notdir $(PAGES)); do rm -f "$(SHARE)/man/man1/$$f"; done
	for f in $(SCRIPTS:scripts/%=%); do rm -f "$(SHARE)/fathom/$$f"; done
	if [ -d '$(SHARE)/fathom' ]; then find '$(SHARE)/fathom' -depth -type d -exec rmdir {} + 2>/dev/null || true; fi

# `make clean` takes the sanitizers' and the coverage build along: they lie under $(BUILD).
clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo; echo '  Settings: PREFIX=$(PREFIX) CC=$(CC) CFLAGS="$(CFLAGS)" BUILD=$(BUILD) WERROR= V= DESTDIR=, also in config.mk'

.PHONY: FORCE all programs check check-slow asan tsan cover lint format bench reproduce install uninstall clean help
