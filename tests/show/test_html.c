/* HTML: what is escaped, and which pictures get into a page.
 * The one thing to know: a picture is refused whole, and then nothing of it is in the page. */
#include "claim/outcomes.h"

#include "show/html.h"

static void texts_stay_texts(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload='x' &amp; &", "&quot; onload=&#39;x&#39; &amp;amp; &amp;"},
        {"\x01\x1b[31m√χ₁\xff", "[31m√χ₁?"},
        {"\xe2\x80\xae" "evil", "evil"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text out = {0};
        html_text(&out, cases[i][0]);
        assert_string_equal(text_str(&out), cases[i][1]);
        text_free(&out);
    }
    Text out = {0};
    html_put(&out, "<a href=\"#%s\">%s</a>", "\">", "%s");
    assert_string_equal(text_str(&out), "<a href=\"#&quot;&gt;\">%s</a>");
    text_free(&out);
}

static void a_picture_becomes_part_of_the_page(void **state)
{
    (void)state;
    Text out = {0};
    assert_true(html_picture(&out, svg_small, "fig1-", "A <title>", "\"said\""));
    assert_string_equal(text_str(&out),
                        "<svg viewBox=\"0 0 132 88\" role=\"img\" aria-labelledby=\"fig1-t fig1-d\"><title id=\"fig1-t\">A &lt;title&gt;</title>"
                        "<desc id=\"fig1-d\">&quot;said&quot;</desc><g><rect x=\"0\" y=\"0\" width=\"132\" height=\"88\" fill=\"#ffffff\"/>"
                        "<defs><circle id=\"fig1-gpPt5\" cx=\"0\" cy=\"0\" r=\"1\"/><filter id=\"fig1-textbox\" x=\"0\"><feFlood flood-color=\"#FFFFFF\"/></filter></defs>"
                        "<g><use xlink:href=\"#fig1-gpPt5\" transform=\"translate(2.385,7)\"/>"
                        "<text filter=\"url(#fig1-textbox)\"><tspan font-family=\"DejaVu Sans\">a &lt; b &amp; c</tspan></text></g></g></svg>");
    text_free(&out);
}

#define SVG(inside) "<svg viewBox=\"0 0 1 1\">" inside "</svg>"

static void what_is_not_gnuplots_stays_out(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "", "not a picture", "<svg>", "<svg></svg>", "<svg viewBox='0 0 1 1'/>", "<svg viewBox='x\" onload=\"y'></svg>",
        SVG("<script>alert(1)</script>"), SVG("<SCRIPT>alert(1)</SCRIPT>"), SVG("<foreignObject><p>x</p></foreignObject>"), SVG("<style>@import 'x'</style>"),
        SVG("<a href='#x'><rect/></a>"), SVG("<rect onload='x'/>"), SVG("<rect ONclick=\"x\"/>"), SVG("<use href='http://x/y#z'/>"), SVG("<use xlink:href='x.svg#z'/>"),
        SVG("<image href='file:///etc/passwd'/>"), SVG("<image href='data:text/html;base64,AA'/>"), SVG("<rect fill='url(http://x)'/>"),
        SVG("<rect style='background:url(x)'/>"), SVG("<rect style='x:expression(1)'/>"), SVG("<rect fill='javascript:1'/>"), SVG("<rect x=1/>"), SVG("<rect x/>"),
        SVG("<rect x='<'/>"), SVG("<g>"), SVG("</g>"), SVG("<g></rect>"), SVG("<![CDATA[x]]>"), SVG("<title>x"), SVG("<!-- x"), SVG("<g"), SVG("<"),
        "<svg viewBox='0 0 1 1'><g></g>", "<svg viewBox='0 0 1 1'><g></svg>",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        Text out = {0};
        text_string(&out, "before");
        if (html_picture(&out, refused[i], "p-", "t", "d"))
            fail_msg("got through: %s", refused[i]);
        assert_string_equal(text_str(&out), "before");
        text_free(&out);
    }
    Text deep = {0}, out = {0};
    text_string(&deep, "<svg viewBox='0 0 1 1'>");
    for (int i = 0; i < 1000; i++)
        text_string(&deep, "<g>");
    assert_false(html_picture(&out, text_str(&deep), "p-", "t", "d"));
    text_free(&deep);
    text_free(&out);
}

static void what_is_harmless_gets_through(void **state)
{
    (void)state;
    static const char *const kept[][2] = {
        {SVG("<image xlink:href='data:image/png;base64,iVBORw0KGgo='/>"), "<image xlink:href=\"data:image/png;base64,iVBORw0KGgo=\"/>"},
        {SVG("<text x='\"'>R & D &lt; &#8730;</text>"), "<text x=\"&quot;\">R &amp; D &lt; &#8730;</text>"},
        {SVG("<!-- c --><rect id='unused' x='1'/>"), "<rect x=\"1\"/>"},
        {SVG("<g><g>\n<g></g> </g><rect/></g>"), "<g><rect/></g>"},
        {SVG("<g><rect/><g></g></g>"), "<g><rect/></g>"},
        {SVG("<path d='M0,0' stroke='#gpPt0'/>"), "<path d=\"M0,0\" stroke=\"#gpPt0\"/>"},
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        Text out = {0}, wanted = {0};
        assert_true(html_picture(&out, kept[i][0], "p-", "t", "d"));
        text_format(&wanted, "<svg viewBox=\"0 0 1 1\" role=\"img\" aria-labelledby=\"p-t p-d\"><title id=\"p-t\">t</title><desc id=\"p-d\">d</desc>%s</svg>", kept[i][1]);
        assert_string_equal(text_str(&out), text_str(&wanted));
        text_free(&out);
        text_free(&wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_stay_texts),
        cmocka_unit_test(a_picture_becomes_part_of_the_page),
        cmocka_unit_test(what_is_not_gnuplots_stays_out),
        cmocka_unit_test(what_is_harmless_gets_through),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
