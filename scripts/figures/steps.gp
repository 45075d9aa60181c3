# Dead and zero units at the snapshots of a training: a line each for the mean over layers, a band from the least to the most.
# The one thing to know: snapshots stand at 1, 2, …, with their steps as words on the axis. data.csv: panel,series,place,step,mean,least,most,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1
load 'theme.gp'
array LISTS[64]
do for [p=1:nP] { LISTS[p] = '' }
mark(p, c) = (strlen(strcol('mean')) && strstrt(LISTS[p], ' '.c.' ') == 0 ? LISTS[p] = LISTS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(k) = k <= words(LISTS[p]) ? int(word(LISTS[p], k)) : 1
far = xlow - 9 * (xhigh - xlow)
mine(k) = column('panel') == p && column('series') == nth(k)
at(k) = k > words(LISTS[p]) ? far : mine(k) ? column('place') : NaN
sel(k, name) = k > words(LISTS[p]) ? low : mine(k) ? column(name) : NaN
set xrange [xlow:xhigh]
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]
    load 'panel.gp'
    set xtics ('' xlow - 1e6)
    do for [k=1:nT] { set xtics add ((lowest(p) ? TICK[k] : '') TICKAT[k]) }
    if (strlen(LISTS[p])) {
        plot for [k=1:words(LISTS[p])] 'data.csv' using (DUMB ? far : at(k)):(DUMB ? low : sel(k, 'least')):(DUMB ? low : sel(k, 'most')) with filledcurves fc rgb HUE[nth(k)] fs transparent solid 0.13 noborder notitle, \
             for [k=1:words(LISTS[p])] 'data.csv' using (at(k)):(sel(k, 'mean')) with linespoints lt nth(k) lc rgb HUE[nth(k)] lw 1.8 pt DUMB ? nth(k) : 7 ps 0.8 notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
}
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
