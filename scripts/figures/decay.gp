# The factor a layer puts on the gradient, against depth: means over seeds with 95 % intervals.
# The one thing to know: the axis holds log10 of the factor; curves of one panel are shifted a little so that bars do not hide.
# data.csv: panel,series,depth,decay_log10,low,high,n,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1
load 'theme.gp'
array MEDIANS[64]
do for [p=1:nP] { MEDIANS[p] = '' }
mark(p, c) = (strlen(strcol('decay_log10')) && !(strstrt(MEDIANS[p], ' '.c.' ') > 0) ? MEDIANS[p] = MEDIANS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(list, k) = k <= words(list) ? int(word(list, k)) : 1
sel(list, k, name) = column('panel') == p && column('series') == nth(list, k) ? column(name) : NaN
shift(c) = LOGX ? (xhigh / xlow) ** (0.006 * (c - (nC + 1) / 2.0)) : 0.006 * (xhigh - xlow) * (c - (nC + 1) / 2.0)
at(list, k) = LOGX ? sel(list, k, 'depth') * shift(nth(list, k)) : sel(list, k, 'depth') + shift(nth(list, k))
set xrange [xlow:xhigh]
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]
    load 'panel.gp'
    if (!DUMB && low < 0 && high > 0) { set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back lc rgb '#888888' lw 1 dt (3, 3) } else { unset arrow 1 }
    drawn = MEDIANS[p]
    if (strlen(drawn)) {
        plot for [k=1:words(drawn)] 'data.csv' using (at(drawn, k)):(sel(drawn, k, 'decay_log10')) with lines lc rgb HUE[nth(drawn, k)] lw 1.2 notitle, \
             for [k=1:words(drawn)] 'data.csv' using (at(drawn, k)):(sel(drawn, k, 'decay_log10')):(sel(drawn, k, 'low')):(sel(drawn, k, 'high')) with yerrorbars lt nth(drawn, k) lc rgb HUE[nth(drawn, k)] lw 1.4 pt DUMB ? nth(drawn, k) : 7 ps 0.9 notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
}
unset arrow 1
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
