# Panel p: its place, its name, its vertical range low … high, and its ticks: powers of ten, or plain numbers at their logarithm.
# The one thing to know: tick labels stand only on the outermost panels, unless a panel has its own scale.
# Loaded once a panel, after low and high are set.
set lmargin at screen left_of(p); set rmargin at screen right_of(p)
set tmargin at screen top_of(p); set bmargin at screen bottom_of(p)
set yrange [low:high]
if (MULTIPLES) { set label 120 short(PANEL[p]) at graph 0, graph 1 offset 0, (DUMB ? 1.5 : 0.75) left noenhanced font FPANEL tc rgb '#111111' }
if (OWN[p] > 0 && !DUMB) { set label 121 'own scale' at graph 0.98, graph 0.5 right font FOWN tc rgb '#A04000' } else { unset label 121 }
unset key
LABELS = anyown || column_of(p) == 0
set ytics autofreq
set xtics autofreq
if (POWER) {
    span = high - low
    set ytics ('' low - 1e6)
    if (span >= 1.7) {
        s = step_of(span, nP == 1 ? 7 : 4)
        do for [k=int(ceil(low / s)):int(floor(high / s))] { set ytics add ((LABELS ? power(k * s) : '') k * s) }
    } else { if (span > 0.45) {
        do for [k=int(floor(low)):int(floor(high))] {
            do for [m in span > 1 || nP > 1 ? '1 2 5' : '1 2 3 5 7'] {
                v = k + log10(m + 0)
                if (v >= low && v <= high) { set ytics add ((LABELS ? (k > -4 && k < 5 ? sprintf('%g', 10 ** v) : m == 1 ? power(k) : '') : '') v) }
            }
        }
    } else {
        s = nice((10 ** high - 10 ** low) / 6)
        do for [k=int(ceil(10 ** low / s)):int(floor(10 ** high / s))] { set ytics add ((LABELS ? sprintf('%g', k * s) : '') log10(k * s)) }
    } }
} else {
    s = nice((high - low) / (nP == 1 ? 6 : PLOTHEIGHT > 300 ? 4.5 : 3.2))
    set ytics s
    set format y LABELS ? (TEX ? '$%g$' : '%g') : ''
}
xs = nice((xhigh - xlow) / (COLUMNS <= 2 ? 8 : 5))
if (LOGX) {
    set logscale x
    set xtics ('' xlow / 1e6)
    many = xhigh / xlow < 500
    do for [k=0:12] { do for [m in many ? '1 2 5' : '1'] { v = m * 10 ** k; if (v >= xlow && v <= xhigh) { set xtics add ((lowest(p) ? sprintf('%g', v) : '') v) } } }
} else { set xtics xs }
set format x lowest(p) ? '%g' : ''
