# Each layer's length and cosine against those of the layer before: the staircase, the diagonal, the fixed point as a ring.
# The one thing to know: both axes of a panel have one range; FLAG 1 means that the first panel holds log10 on both.
# data.csv: panel,series,layer,value,next,fixed,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1; TALL = 540; SQUARE = 1
load 'theme.gp'
FIRST = POWER
mine(c, name) = column('panel') == p && column('series') == c && strlen(strcol(name)) > 0
sel(c, name) = column('panel') == p && column('series') == c ? column(name) : NaN
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]; OWN[p] = 0; POWER = p == 1 ? FIRST : 0; MULTIPLES = nP > 1
    xlow = low; xhigh = high; far = low - 9 * (high - low)
    set xrange [low:high]
    load 'panel.gp'
    load 'pair.gp'
    if (!DUMB) { set arrow 1 from first low, first low to first high, first high nohead back lc rgb '#888888' lw 1.2 }
    plot for [c=1:nC] 'data.csv' using (mine(c, 'next') ? column('value') : far):(mine(c, 'next') ? column('value') : low):(0):(mine(c, 'next') ? column('next') - column('value') : 0) with vectors nohead lc rgb HUE[c] lw 0.7 notitle, \
         for [c=1:nC] 'data.csv' using (mine(c, 'next') ? column('value') : far):(mine(c, 'next') ? column('next') : low):(mine(c, 'next') ? column('next') - column('value') : 0):(0) with vectors nohead lc rgb HUE[c] lw 0.7 notitle, \
         for [c=1:nC] 'data.csv' using (mine(c, 'next') ? column('value') : far):(mine(c, 'next') ? column('next') : low) with points pt DUMB ? c : 7 ps 0.8 lc rgb HUE[c] notitle, \
         for [c=1:nC] 'data.csv' using (mine(c, 'fixed') ? column('fixed') : far):(mine(c, 'fixed') ? column('fixed') : low) with points pt 6 ps 2.2 lw 1.6 lc rgb HUE[c] notitle
    unset arrow 1
    load 'wordless.gp'
}
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
