#!/usr/bin/env python3
"""report.html, looked at as a browser would: check_report.py FILE [MOST_BYTES]; prints what is wrong, nothing where all is right.

The one thing to know: every element is closed in order, ids are unique, links and references resolve inside the file, nothing is fetched, the
headings descend one step at a time, tables are rectangular, pictures have names, and the only script is the one whose hash the policy names.
"""
import base64
import hashlib
import html.parser
import re
import sys

VOID = {"meta", "link", "br", "hr", "img", "input", "rect", "path", "circle", "use", "line", "polygon", "polyline", "image", "stop"}
PHRASING = {"p", "h1", "h2", "h3", "h4", "span", "label", "code", "summary", "figcaption"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.wrong, self.ids, self.links, self.references, self.heads = [], [], [], [], [], []
        self.scripts, self.policy, self.rows, self.table, self.named, self.text = [], "", [], None, 0, []

    def say(self, what):
        self.wrong.append(f"line {self.getpos()[0]}: {what}")

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if len(a) != len(attributes):
            self.say(f"<{tag}> says an attribute twice")
        if "id" in a:
            self.ids.append(a["id"])
        for key, value in attributes:
            if key.startswith("on"):
                self.say(f"a handler: {key}={value}")
            if key in ("aria-labelledby", "for"):
                self.references += value.split()
            self.references += re.findall(r"url\(#([^)]*)\)", value or "")
            if key in ("src", "href", "xlink:href") and not value.startswith(("#", "data:")):
                self.say(f"reaches out of the file: {key}={value}")
            if key in ("href", "xlink:href") and value.startswith("#"):
                (self.links if tag == "a" else self.references).append(value[1:])
        if tag == "svg":
            self.named += a.get("role") == "img" and "aria-labelledby" in a and "viewbox" in a
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy":
            self.policy = a["content"]
        if re.fullmatch("h[1-6]", tag):
            self.heads.append(int(tag[1]))
        if tag == "table":
            self.table = None
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(a.get("colspan", 1))
        inside = [t for t in self.stack if t in ("p", "h1", "h2", "h3", "h4")]
        if inside and tag in ("p", "div", "ul", "pre", "table", "section", "figure", "h2", "h3", "h4"):
            self.say(f"<{tag}> inside <{inside[-1]}>")
        if tag not in VOID or (tag in ("rect", "path", "circle", "use", "image") and not self.get_starttag_text().endswith("/>")):
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if self.stack and self.stack[-1] == tag and tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            self.say(f"</{tag}> closes <{self.stack[-1] if self.stack else 'nothing'}>")
        else:
            self.stack.pop()
        if tag == "tr":
            if self.table is None:
                self.table = self.rows[-1]
            elif self.rows[-1] != self.table:
                self.say(f"a row of {self.rows[-1]} cells in a table of {self.table}")

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "script":
            self.scripts.append(data)
        elif "style" not in self.stack:
            self.text.append(data)


def main():
    raw = open(sys.argv[1], "rb").read()
    page = Page()
    page.feed(raw.decode("utf-8"))   # raises where it is not UTF-8
    page.close()
    wrong = page.wrong
    if page.stack:
        wrong.append(f"never closed: {page.stack}")
    for i in sorted({i for i in page.ids if page.ids.count(i) > 1}):
        wrong.append(f"id twice: {i}")
    for link in page.links + page.references:
        if link not in page.ids:
            wrong.append(f"no #{link} in the page")
    if page.heads[:1] != [1] or page.heads.count(1) != 1 or any(b > a + 1 for a, b in zip(page.heads, page.heads[1:])):
        wrong.append(f"headings out of order: {page.heads}")
    pictures = raw.count(b"<svg ")
    if page.named != pictures:
        wrong.append(f"{pictures} pictures, {page.named} with a role, a name and a view box")
    if len(page.scripts) != 1:
        wrong.append(f"{len(page.scripts)} scripts")
    else:
        digest = base64.b64encode(hashlib.sha256(page.scripts[0].encode()).digest()).decode()
        if f"script-src 'sha256-{digest}'" not in page.policy:
            wrong.append(f"the policy does not name the script's hash sha256-{digest}")
    if not page.policy.startswith("default-src 'none';"):
        wrong.append("the policy does not begin with default-src 'none'")
    if len(sys.argv) > 2 and len(raw) > int(sys.argv[2]):
        wrong.append(f"{len(raw)} bytes; {sys.argv[2]} are allowed")
    print("\n".join(wrong), end="\n" if wrong else "")
    return len(wrong) > 0


sys.exit(main())
