# Cells in one palette: over layer and snapshot, depth and σ_w, depth and activation, depth and learning rate; a curve over them, crosses.
# The one thing to know: logarithmic axes hold log10 (FLAG 2 across, 9 up); the palette holds log10 (FLAG 10) or plain numbers, and COLOUR[1]
# is its name. data.csv: panel,kind,x,y,value,x0,x1,y0,y1,name; kinds: 1 cell, 2 piece of the curve, 3 a cell of broken networks.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
PALETTE_BAR = 1; BARROOM = 38
load 'theme.gp'
unset grid
if (FLAG[11]) { set palette negative }
set border 15 lc rgb '#444444' lw 1
set tics out front
set xrange [xlow:xhigh]
set cbrange [zlow:zhigh]
BARLOW = bottom_of(nP > COLUMNS ? nP : 1)
set colorbox user origin screen right_of(COLUMNS) + X(44), screen BARLOW size screen X(26), screen top_of(1) - BARLOW
set cbtics scale 0.5 font FTICS
if (FLAG[10]) {
    zs = step_of(zhigh - zlow, 6)
    set cbtics ('' zlow - 1e6)
    do for [k=int(floor(zlow / zs)):int(floor(zhigh / zs))] { do for [m in zhigh - zlow < 2.2 ? '1 2 5' : '1'] {
        v = k * zs + log10(m + 0)
        if (v >= zlow && v <= zhigh) { set cbtics add ((zhigh - zlow < 2.2 && k > -4 && k < 5 ? sprintf('%g', 10 ** v) : m + 0 == 1 ? power(k * zs) : '') v) }
    } }
} else { set cbtics nice((zhigh - zlow) / 6) format '%g' }
set label 123 COLOUR[1] at screen X(WIDTH - 34), screen (BARLOW + top_of(1)) / 2 center rotate by 90 noenhanced font FAXIS tc rgb '#222222'
far = xlow - 9 * (xhigh - xlow)
mine(k) = column('panel') == p && column('kind') == k
sel(k, name) = mine(k) ? column(name) : far
bound(v) = v < zlow ? zlow : v > zhigh ? zhigh : v
array HAS[64]; array CROSSED[64]
do for [p=1:nP] { HAS[p] = 0; CROSSED[p] = 0 }
stats 'data.csv' using (i = int(column('panel')), HAS[i] = HAS[i] + (column('kind') == 1 && strlen(strcol('value')) > 0), CROSSED[i] = CROSSED[i] + (column('kind') == 3), 0) nooutput
full(p) = mine(1) && strlen(strcol('value')) > 0
dx = 1.5 * (xhigh - xlow) / CELL      # a pixel and a half
LOGACROSS = LOGX; LOGX = 0; POWER = 0
steps(span) = span < 2.2 ? '1 2 5' : '1'
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]; OWN[p] = 0
    dy = 1.5 * (high - low) / PLOTHEIGHT
    load 'panel.gp'
    if (nT > 0) {
        set xtics ('' xlow - 1e6) scale 0
        if (TURNED) { set xtics rotate by TURNED right }
        do for [k=1:nT] { set xtics add ((lowest(p) ? TICK[k] : '') TICKAT[k]) }
        set xtics noenhanced
    }
    if (LOGACROSS && nT == 0) {
        set xtics ('' xlow - 1e6)
        do for [d=-12:12] { do for [m in steps(xhigh - xlow)] { v = d + log10(m + 0); if (v >= xlow && v <= xhigh) { set xtics add ((lowest(p) ? (d > -4 && d < 5 ? sprintf('%g', 10 ** v) : m + 0 == 1 ? power(d) : '') : '') v) } } }
    }
    if (nU > 0) {
        set ytics ('' low - 1e6)
        do for [k=1:nU] { set ytics add ((LABELS ? TICKUP[k] : '') TICKUPAT[k]) }
    } else { if (FLAG[9]) {
        set ytics ('' low - 1e6)
        do for [d=0:9] { do for [m in steps(high - low)] { v = d + log10(m + 0); if (v >= low && v <= high) { set ytics add ((LABELS ? sprintf('%g', 10 ** v) : '') v) } } }
    } }
    if (p > 1) { unset colorbox; unset label 123 }
    if (HAS[p] + CROSSED[p] > 0) {
        plot 'data.csv' using (mine(3) ? (column('x0') + column('x1')) / 2 : far):(mine(3) ? (column('y0') + column('y1')) / 2 : low):(mine(3) ? column('x0') : far):(mine(3) ? column('x1') + dx : far):(mine(3) ? column('y0') : low):(mine(3) ? column('y1') + dy : low) with boxxyerror fc rgb '#D9D9D9' fs solid 1 noborder notitle, \
             'data.csv' using (full(p) ? (column('x0') + column('x1')) / 2 : far):(full(p) ? (column('y0') + column('y1')) / 2 : low):(full(p) ? column('x0') : far):(full(p) ? column('x1') + dx : far):(full(p) ? column('y0') : low):(full(p) ? column('y1') + dy : low):(full(p) ? bound(column('value')) : zlow) with boxxyerror fc palette fs solid 1 noborder notitle, \
             'data.csv' using (mine(3) ? (column('x0') + column('x1')) / 2 : far):(mine(3) ? (column('y0') + column('y1')) / 2 : low) with points pt 2 ps nP == 1 ? 1.6 : 0.9 lw 1.6 lc rgb '#7A1F1F' notitle, \
             'data.csv' using (sel(2, 'x0')):(mine(2) ? column('y0') : low):(mine(2) ? column('x1') - column('x0') : 0):(mine(2) ? column('y1') - column('y0') : 0) with vectors nohead lc rgb '#FFFFFF' lw 4.5 notitle, \
             'data.csv' using (sel(2, 'x0')):(mine(2) ? column('y0') : low):(mine(2) ? column('x1') - column('x0') : 0):(mine(2) ? column('y1') - column('y0') : 0) with vectors nohead lc rgb '#000000' lw 2.2 notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
}
# The legend, below: the curve and the crosses, where there are any.
if (FLAG[7] || FLAG[8]) {
    set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0
    unset border; unset tics; unset label; unset colorbox
    set xrange [0:1]; set yrange [0:1]
    ky = HEIGHT - BOTTOM + TICKROOM + 80
    if (FLAG[7]) {
        set arrow from screen X(LEFT), screen Y(ky) to screen X(LEFT + 44), screen Y(ky) nohead lc rgb '#000000' lw 2.2
        set label 'theory: '.(TEX ? '$6\,\xi_c$' : '6 ξ_c') at screen X(LEFT + 56), screen Y(ky) left noenhanced font FKEY tc rgb '#222222'
    }
    if (FLAG[8]) {
        set label point pt 2 ps 1.6 lw 1.6 lc rgb '#7A1F1F' at screen X(WIDTH - RIGHT - 150), screen Y(ky)
        set label 'most break' at screen X(WIDTH - RIGHT - 128), screen Y(ky) left noenhanced font FKEY tc rgb '#222222'
    }
    plot 2 with lines notitle
}
unset multiplot
