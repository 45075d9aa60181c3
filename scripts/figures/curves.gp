# Loss (log axis) above, accuracy below, by step; a column of panels a depth: median and quantile bands over seeds.
# The one thing to know: panels 1 … GRID hold log10 of the loss, the rest accuracy; a band whose other side is `inf` ends at the median, and a
# cross stands where most of a curve's networks broke. data.csv: panel,series,step,q05,q25,q50,q75,q95,breaks,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
load 'theme.gp'
array MEDIANS[64]; array BREAKS[64]
do for [p=1:nP] { MEDIANS[p] = ''; BREAKS[p] = '' }
seen(list, c) = strstrt(list, ' '.c.' ') > 0
there(name) = strlen(strcol(name)) && strstrt(strcol(name), 'inf') == 0
mark(p, c) = (there('q50') && !seen(MEDIANS[p], c) ? MEDIANS[p] = MEDIANS[p].' '.c.' ' : 0, strcol('breaks') eq '1' && !seen(BREAKS[p], c) ? BREAKS[p] = BREAKS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(list, k) = k <= words(list) ? int(word(list, k)) : 1
mine(list, k) = k <= words(list) && column('panel') == p && column('series') == nth(list, k)
far = xlow - 9 * (xhigh - xlow)
at(list, k) = k > words(list) ? far : mine(list, k) ? column('step') : NaN
# A quantile, or the median where it is infinite; NaN where the median is gone.
edge(name) = there(name) ? column(name) : column('q50')
height(list, k, name) = k > words(list) ? low : !mine(list, k) || !there('q50') ? NaN : edge(name)
broken(k) = k <= words(BREAKS[p]) && mine(BREAKS[p], k) && strcol('breaks') eq '1'
if (!DUMB) {
    if (nP > GRID) {
        unset label 107
        set label 108 'loss' at screen X(40), screen (top_of(1) + bottom_of(1)) / 2 center rotate by 90 font FAXIS tc rgb '#222222'
        set label 109 'accuracy' at screen X(40), screen (top_of(nP) + bottom_of(nP)) / 2 center rotate by 90 font FAXIS tc rgb '#222222'
    }
}
set xrange [xlow:xhigh]
POWERS = POWER
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]; POWER = p <= GRID ? POWERS : 0
    if (!DUMB && p > GRID) { PANEL[p] = '' }
    if (DUMB && nP > GRID) { PANEL[p] = PANEL[p].(p > GRID ? ': accuracy' : ': loss') }
    load 'panel.gp'
    if (POWER && !DUMB && high - low >= 1.7 && high - low < 6) { do for [k=int(ceil(low)):int(floor(high))] { set ytics add ((LABELS ? power(k) : '') k) } }
    drawn = MEDIANS[p]; banded = BANDS ? drawn : ''
    if (strlen(drawn)) {
        plot for [k=1:words(banded)] 'data.csv' using (at(banded, k)):(height(banded, k, 'q05')):(height(banded, k, 'q95')) with filledcurves fc rgb HUE[nth(banded, k)] fs transparent solid 0.13 noborder notitle, \
             for [k=1:words(banded)] 'data.csv' using (at(banded, k)):(height(banded, k, 'q25')):(height(banded, k, 'q75')) with filledcurves fc rgb HUE[nth(banded, k)] fs transparent solid 0.25 noborder notitle, \
             for [k=1:words(drawn)] 'data.csv' using (at(drawn, k)):(height(drawn, k, 'q50')) with lines lt nth(drawn, k) lc rgb HUE[nth(drawn, k)] lw 1.8 notitle, \
             for [k=1:words(drawn)] 'data.csv' using (FLAG[8] ? at(drawn, k) : far):(FLAG[8] ? height(drawn, k, 'q50') : low) with points pt DUMB ? nth(drawn, k) : 7 ps 0.6 lc rgb HUE[nth(drawn, k)] notitle, \
             for [k=1:words(BREAKS[p])] 'data.csv' using (broken(k) ? column('step') : far):(broken(k) ? column('q50') : low) with points pt DUMB ? nth(BREAKS[p], k) : 2 ps 1.4 lw 2.4 lc rgb HUE[nth(BREAKS[p], k)] notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
    unset label 108; unset label 109
}
if (!DUMB && (KEYRIGHT || KEYBELOW)) { load 'key.gp' }
unset multiplot
