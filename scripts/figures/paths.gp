# Length and cosine by layer: theory as lines, measured medians as points, q* as a thin horizontal line.
# The one thing to know: each panel has its own vertical axis; FLAG 1 means that the first holds log10.
# data.csv: panel,series,layer,theory,median,q_star,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1; TALL = 460; SQUARE = 0
load 'theme.gp'
FIRST = POWER
far = xlow - 9 * (xhigh - xlow)
mine(c, name) = column('panel') == p && column('series') == c && strlen(strcol(name)) > 0
array LISTS[64]      # which colours have a line in each panel: a plot of none would warn
do for [p=1:nP] { LISTS[p] = '' }
mark(p, c) = (strlen(strcol('theory')) > 0 && strstrt(LISTS[p], ' '.c.' ') == 0 ? LISTS[p] = LISTS[p].' '.c.' ' : 0, 0)
stats 'data.csv' using (mark(int(column('panel')), int(column('series')))) nooutput
nth(k) = k <= words(LISTS[p]) ? int(word(LISTS[p], k)) : 1
EVERY = ceil((xhigh - xlow) / 30.0)
set xrange [xlow:xhigh]
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]; OWN[p] = 0; POWER = p == 1 ? FIRST : 0; MULTIPLES = nP > 1
    load 'panel.gp'
    load 'pair.gp'
    plot for [c=1:nC] 'data.csv' using (mine(c, 'q_star') ? column('layer') : far):(mine(c, 'q_star') ? column('q_star') : low) with dots lc rgb HUE[c] notitle, \
         for [c=1:nC] 'data.csv' using (mine(c, 'q_star') ? xlow : far):(mine(c, 'q_star') ? column('q_star') : low):(mine(c, 'q_star') ? xhigh - xlow : 0):(0) with vectors nohead lc rgb HUE[c] lw 0.6 notitle, \
         for [k=1:words(LISTS[p])] 'data.csv' using (k > words(LISTS[p]) ? far : mine(nth(k), 'theory') ? column('layer') : NaN):(k > words(LISTS[p]) ? low : column('theory')) with lines lt nth(k) lc rgb HUE[nth(k)] lw 1.8 notitle, \
         for [c=1:nC] 'data.csv' using (mine(c, 'median') && int(column('layer')) % EVERY == 0 ? column('layer') : far):(mine(c, 'median') ? column('median') : low) with points pt DUMB ? c : 7 ps 0.8 lc rgb HUE[c] notitle
    load 'wordless.gp'
}
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
