# Depth scale against σ_w: a line and dots for each σ_b, dotted verticals where it diverges.
# The one thing to know: the axis holds log10 of layers; lines run off the top at a divergence, by the rows between cells.
# data.csv: panel,series,sigma_w,log10_xi,cell,name; cell: 0 between, 1 of the grid, 2 a divergence.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1
load 'theme.gp'
far = xlow - 9 * (xhigh - xlow)
mine(c) = column('panel') == p && column('series') == c
wall(c) = mine(c) && column('cell') == 2 ? column('sigma_w') : far
array LISTS[64]      # which colours have a line in each panel: a plot of none would warn
do for [p=1:nP] { LISTS[p] = '' }
mark(p, c) = (column('cell') < 2 && strstrt(LISTS[p], ' '.c.' ') == 0 ? LISTS[p] = LISTS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(k) = k <= words(LISTS[p]) ? int(word(LISTS[p], k)) : 1
set clip two
set xrange [xlow:xhigh]
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]
    load 'panel.gp'
    plot for [c=1:nC] 'data.csv' using (wall(c)):(low):(0):(mine(c) ? high - low : 0) with vectors nohead lc rgb HUE[c] lw 1 dt (2, 4) notitle, \
         for [k=1:words(LISTS[p])] 'data.csv' using (k > words(LISTS[p]) ? far : mine(nth(k)) && column('cell') < 2 ? column('sigma_w') : NaN):(k > words(LISTS[p]) ? low : column('log10_xi')) with lines lt nth(k) lc rgb HUE[nth(k)] lw 1.8 notitle, \
         for [c=1:nC] 'data.csv' using (mine(c) && column('cell') == 1 ? column('sigma_w') : far):(mine(c) && column('cell') == 1 ? column('log10_xi') : low) with points pt DUMB ? c : 7 ps 0.45 lc rgb HUE[c] notitle
    load 'wordless.gp'
}
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
