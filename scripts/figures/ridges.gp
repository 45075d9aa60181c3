# How activations (above) and gradients (below) are spread: a ridge a layer, before training (filled) and after (a line).
# The one thing to know: panels 1 … GRID hold h in units of its layer's root mean square, the rest log10 |∂L/∂h|; a ridge ends with a row
# without numbers. data.csv: panel,snapshot,layer,x,density,top,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
ROWGAP = 132; TALL = 430
load 'theme.gp'
set datafile missing '?'      # NaN parts lines here
array ANY[64]; array TWICE[64]
do for [p=1:nP] { ANY[p] = 0; TWICE[p] = 0 }
stats 'data.csv' using (i = int(column('panel')), ANY[i] = ANY[i] + (column('snapshot') == 1), TWICE[i] = TWICE[i] + (column('snapshot') == 2), 0) nooutput
# What is not of this panel parts ridges as the rows without numbers do.
mine(s) = column('panel') == p && column('snapshot') == s && strlen(strcol('x')) > 0
at(s) = mine(s) ? column('x') : NaN
up(s, name) = mine(s) ? column(name) : low      # an empty cell would be passed over without parting anything
if (!DUMB) { set label 108 TEX ? '$h_\ell$ in units of its root mean square' : 'hₗ in units of its root mean square' at screen X(LEFT + (WIDTH - LEFT - RIGHT) / 2.0), screen Y(TOP + PLOTHEIGHT + 74) center noenhanced font FAXIS tc rgb '#222222' }
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]; OWN[p] = 0; xlow = XLOW[p]; xhigh = XHIGH[p]
    set xrange [xlow:xhigh]
    if (!DUMB && p > GRID) { PANEL[p] = '' }
    if (DUMB) { PANEL[p] = (p > GRID ? 'gradients: ' : 'activations: ').PANEL[p] }
    load 'panel.gp'
    set ytics nice((high - low) / (DUMB ? 3.2 : 7))
    if (p > GRID) {
        s = step_of(xhigh - xlow, COLUMNS <= 2 ? 7 : 4)
        set xtics ('' xlow - 1e6)
        do for [k=int(ceil(xlow / s)):int(floor(xhigh / s))] { set xtics add (power(k * s) k * s) }
    } else {
        set xtics ('' xlow - 1e6)
        do for [k=-2:2] { set xtics add (TEX ? sprintf('$%d$', 2 * k) : minus(2 * k) 2 * k) }
    }
    if (ANY[p] + TWICE[p] > 0) {
        plot 'data.csv' using (at(1)):(up(1, 'layer')):(up(1, 'top')) with filledcurves fc rgb HUE[1] fs transparent solid 0.35 noborder notitle, \
             'data.csv' using (at(1)):(up(1, 'top')) with lines lc rgb SHADE[1] lw 0.8 notitle, \
             'data.csv' using (TWICE[p] ? at(2) : xlow - 9 * (xhigh - xlow)):(TWICE[p] ? up(2, 'top') : low) with lines lc rgb HUE[2] lw 1.3 notitle
    } else {
        set label 122 'nothing counted' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
    unset label 108
}
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
