# fathom: `make help` lists the targets. Settings here, or in config.mk, or on the command line.
PREFIX   = /usr/local
CC       = cc
CFLAGS   = -O3 -g
BUILD    = build
GNUPLOT  = gnuplot
-include config.mk

VERSION  = 0.1.0
STANDARD = -std=c11 -D_GNU_SOURCE -ffp-contract=off -fno-math-errno -fno-trapping-math -pthread
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes \
           -Wwrite-strings -Wvla -Wdouble-promotion -Wundef -Wformat=2
# -lgsl with -lopenblas, never `gsl-config --libs`: gslcblas would be ten times slower without saying so.
LIBS     = -lgsl -lopenblas -ljansson -lz -lm
DEFINES  = -DFATHOM_VERSION='"$(VERSION)"' -DFATHOM_DATA='"$(PREFIX)/share/fathom"'
FLAGS    = $(STANDARD) $(WARNINGS) $(DEFINES) -Isrc $(CPPFLAGS) $(CFLAGS) $(SANITIZE)

SOURCES  = $(filter-out src/main.c,$(wildcard src/*/*.c))
OBJECTS  = $(SOURCES:src/%.c=$(BUILD)/%.o)
TESTS    = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/test_*.c))

all: $(BUILD)/fathom

$(BUILD)/fathom: $(BUILD)/main.o $(OBJECTS)
	$(CC) $(FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/main.o $(OBJECTS): $(BUILD)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

$(TESTS): $(BUILD)/tests/%: tests/%.c $(OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Itests -MMD -MP $(LDFLAGS) -o $@ $< $(OBJECTS) -lcmocka $(LIBS)

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/tests/*/*.d)

.PHONY: all
