# Ticks of a panel that has axes of its own: closer than panel.gp's, and 1 2 5 where a logarithmic axis spans few decades.
# The one thing to know: loaded after panel.gp; SQUARE gives the horizontal axis the same ticks. A format names the plain numbers.
few(s, m) = s > 1.3 ? m == 1 || m == 3 : m == 1 || m == 2 || m == 5
if (POWER) {
    span = high - low
    if (span > 0.45 && span < 3.4) {
        set ytics ('' low - 1e6)
        if (SQUARE) { set xtics ('' low - 1e6) }
        do for [k=int(floor(low)):int(floor(high))] { do for [m in '1 2 3 5'] {
            v = k + log10(m + 0)
            if (few(span, m + 0) && v >= low && v <= high) {
                set ytics add ((k > -4 && k < 5 ? sprintf('%g', 10 ** v) : m == 1 ? power(k) : '') v)
                if (SQUARE) { set xtics add ((k > -4 && k < 5 ? sprintf('%g', 10 ** v) : m == 1 ? power(k) : '') v) }
            }
        } }
    } else { if (SQUARE && span >= 3.4) {
        set xtics ('' low - 1e6)
        s = step_of(span, 6)
        do for [k=int(ceil(low / s)):int(floor(high / s))] { set xtics add (power(k * s) k * s) }
    } else { if (SQUARE) {
        set xtics ('' low - 1e6)
        s = nice((10 ** high - 10 ** low) / 5)
        do for [k=int(ceil(10 ** low / s)):int(floor(10 ** high / s))] { set xtics add (sprintf('%g', k * s) log10(k * s)) }
    } } }
} else {
    set ytics nice((high - low) / (DUMB ? 3.2 : 6))
    if (SQUARE) { set xtics nice((high - low) / (DUMB ? 3.2 : 6)) }
}
