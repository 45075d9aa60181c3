#!/bin/sh
# A report in a real browser: check-report.sh REPORT.HTML [PICTURES]; exits 1 when anything is wrong, 0 where there is no Chromium.
# The one thing to know: the page is opened without a network at 390 and 1440 pixels; a copy of it, with a measuring script that the page's own
# policy would forbid, tells widths, links, references and names. With PICTURES, a folder, screenshots and a print go there to be looked at.
set -u
report=${1:?usage: scripts/check-report.sh REPORT.HTML [PICTURES]}
pictures=${2:-}
[ -f "$report" ] || { echo "check-report.sh: no file '$report'" >&2; exit 66; }
browser=
for name in chromium chromium-browser google-chrome chrome; do
    if command -v $name >/dev/null 2>&1; then browser=$name; break; fi
done
[ -n "$browser" ] || { echo "check-report.sh: no Chromium in PATH; nothing was looked at"; exit 0; }
here=$(mktemp -d "${TMPDIR:-/tmp}/fathom-browser-XXXXXX") || exit 73
trap 'rm -rf "$here"' EXIT
bad=0
say() { echo "check-report.sh: $*"; }
wrong() { say "$*"; bad=1; }

# Nothing resolves, nothing is reached; what the page logs comes out on standard error.
open_page() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$here/profile" --host-resolver-rules='MAP * ~NOTFOUND' \
        --enable-logging=stderr --v=0 "$@" 2>"$here/err"
}

# What the page itself logs: a script's error, a refused request, a breach of the policy.
cp "$report" "$here/report.html"
open_page --window-size=1440,900 --dump-dom "file://$here/report.html" >"$here/dom"
[ -s "$here/dom" ] || wrong "the page did not open: $(tail -n 3 "$here/err")"
if grep -q 'CONSOLE' "$here/err"; then wrong "the console says: $(grep CONSOLE "$here/err" | head -n 5)"; fi
if grep -q '<button type="button" class="copy"' "$here/dom"; then say "its script ran: $(grep -o '<button type="button">' "$here/dom" | wc -l) columns sort"; else wrong "its script did not run"; fi

# The measuring copy, in a frame of each width: a window cannot be as narrow as a telephone.
sed '/Content-Security-Policy/d' "$report" | sed '$d' | sed '$d' >"$here/copy.html"
cat >>"$here/copy.html" <<'END'
<script>
addEventListener("load", () => {
  const wrong = [], ids = [...document.querySelectorAll("[id]")].map(e => e.id), root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) wrong.push("wider than the window: " + root.scrollWidth + " of " + innerWidth);
  for (const e of document.querySelectorAll("body *"))
    if (e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .fig, svg")) wrong.push("reaches over the edge: " + e.tagName + " " + e.className);
  for (const i of new Set(ids)) if (ids.filter(x => x === i).length > 1) wrong.push("id twice: " + i);
  for (const a of document.querySelectorAll("a"))
    if (!a.hash || !document.getElementById(decodeURIComponent(a.hash.slice(1)))) wrong.push("link to nowhere: " + a.getAttribute("href"));
  for (const u of document.querySelectorAll("use"))
    if (!document.getElementById((u.href.baseVal || "").slice(1))) wrong.push("symbol not there: " + u.href.baseVal);
  for (const s of document.querySelectorAll("svg")) {
    const box = s.getBoundingClientRect();
    if (!(box.width > 100 && box.height > 50)) wrong.push("picture without size");
    if (!s.querySelector("title").textContent) wrong.push("picture without a name");
  }
  if (performance.getEntriesByType("resource").length) wrong.push("fetched: " + performance.getEntriesByType("resource").map(r => r.name).join(" "));
  parent.postMessage(innerWidth + " px, " + root.scrollHeight + " high, " + document.querySelectorAll("svg").length + " pictures: " + (wrong.join("; ") || "in order"), "*");
});
</script>
</body>
</html>
END
for width in 390 1440; do
    cat >"$here/frame.html" <<END
<!DOCTYPE html><title>waiting</title><p id="said">nothing</p><script>addEventListener("message", e => { document.getElementById("said").textContent = e.data; });</script>
<iframe src="copy.html" width="$width" height="900" style="border:0"></iframe>
END
    open_page --window-size=1600,1000 --allow-file-access-from-files --virtual-time-budget=20000 --dump-dom "file://$here/frame.html" >"$here/dom"
    said=$(sed -n 's/.*<p id="said">\([^<]*\)<.*/\1/p' "$here/dom")
    case $said in *': in order') say "$said" ;; *) wrong "${said:-the page said nothing at $width px}" ;; esac
    if [ -n "$pictures" ]; then
        mkdir -p "$pictures"
        for scheme in light dark; do
            number=1
            [ $scheme = dark ] && number=0
            open_page --blink-settings=preferredColorScheme=$number --window-size=$width,2400 --screenshot="$pictures/$width-$scheme.png" "file://$here/report.html"
        done
    fi
done
if [ -n "$pictures" ]; then
    open_page --print-to-pdf="$pictures/print.pdf" --no-pdf-header-footer "file://$here/report.html"
    say "look at: $(ls "$pictures")"
fi
exit $bad
