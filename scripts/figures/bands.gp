# A quantity by layer: median, quantile bands over seeds, theory dashed; one panel, or small multiples that share an axis.
# The one thing to know: ranges and panels come from names.tsv; a panel with its own vertical range says so.
# data.csv: panel,series,layer,q05,q25,q50,q75,q95,theory,theory_low,theory_high,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
load 'theme.gp'
# Which colours each panel has, by medians and by theory: plotting what is not there would warn.
array MEDIANS[64]; array LAWS[64]; array SPREADS[64]
do for [p=1:nP] { MEDIANS[p] = ''; LAWS[p] = ''; SPREADS[p] = '' }
seen(list, c) = strstrt(list, ' '.c.' ') > 0
mark(p, c) = (strlen(strcol('q50')) && !seen(MEDIANS[p], c) ? MEDIANS[p] = MEDIANS[p].' '.c.' ' : 0, FLAG[7] && strlen(strcol('theory_low')) && !seen(SPREADS[p], c) ? SPREADS[p] = SPREADS[p].' '.c.' ' : 0, strlen(strcol('theory')) && !seen(LAWS[p], c) ? LAWS[p] = LAWS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(list, k) = k <= words(list) ? int(word(list, k)) : 1
# A cell of the k-th colour of a list; gnuplot 5.4 runs an empty `for` once, and then gets points far outside the frame.
sel(list, k, name) = k > words(list) ? (name eq 'layer' ? xlow : low - 9 * (high - low)) : column('panel') == p && column('series') == nth(list, k) ? column(name) : NaN
set xrange [xlow:xhigh]
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]
    load 'panel.gp'
    drawn = MEDIANS[p]; banded = BANDS ? drawn : ''; laws = DUMB ? '' : LAWS[p]; spreads = DUMB ? '' : SPREADS[p]
    if (strlen(drawn)) {
        plot for [k=1:words(banded)] 'data.csv' using (sel(banded, k, 'layer')):(sel(banded, k, 'q05')):(sel(banded, k, 'q95')) with filledcurves fc rgb HUE[nth(banded, k)] fs transparent solid 0.13 noborder notitle, \
             for [k=1:words(banded)] 'data.csv' using (sel(banded, k, 'layer')):(sel(banded, k, 'q25')):(sel(banded, k, 'q75')) with filledcurves fc rgb HUE[nth(banded, k)] fs transparent solid 0.25 noborder notitle, \
             for [k=1:words(drawn)] 'data.csv' using (sel(drawn, k, 'layer')):(sel(drawn, k, 'q50')) with lines lt nth(drawn, k) lc rgb HUE[nth(drawn, k)] lw 2 dt dash(nth(drawn, k)) notitle, \
             for [k=1:words(spreads)] 'data.csv' using (sel(spreads, k, 'layer')):(sel(spreads, k, 'theory_low')) with lines lc rgb SHADE[nth(spreads, k)] lw 0.9 dt (1, 3) notitle, \
             for [k=1:words(spreads)] 'data.csv' using (sel(spreads, k, 'layer')):(sel(spreads, k, 'theory_high')) with lines lc rgb SHADE[nth(spreads, k)] lw 0.9 dt (1, 3) notitle, \
             for [k=1:words(laws)] 'data.csv' using (sel(laws, k, 'layer')):(sel(laws, k, 'theory')) with lines lc rgb SHADE[nth(laws, k)] lw 1.6 dt (6, 4) notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
}
if (!DUMB && (KEYRIGHT || KEYBELOW)) { load 'key.gp' }
unset multiplot
