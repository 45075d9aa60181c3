# A quantity (log10) over depth and layer: one triangle a panel, one palette for all.
# The one thing to know: cells come with their edges; they are drawn a little larger so that no seam shows.
# data.csv: panel,depth,layer,value,x0,x1,y0,y1,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
PALETTE_BAR = 1
load 'theme.gp'
unset grid
set tics out front
set xrange [xlow:xhigh]
set cbrange [zlow:zhigh]
set colorbox user origin screen right_of(COLUMNS) + X(30), screen bottom_of(nP > COLUMNS ? nP : 1) size screen X(26), screen top_of(1) - bottom_of(nP > COLUMNS ? nP : 1)
zs = step_of(zhigh - zlow, 6)
set cbtics ('' zlow - 1e6)
do for [k=int(ceil(zlow / zs)):int(floor(zhigh / zs))] { set cbtics add (power(k * zs) k * zs) }
set cbtics scale 0.5 font FTICS
array HAS[64]
do for [p=1:nP] { HAS[p] = 0 }
stats 'data.csv' using (HAS[int(column('panel'))] = HAS[int(column('panel'))] + (strlen(strcol('value')) > 0), 0) nooutput
cell(p, name) = column('panel') == p ? column(name) : NaN
dx = 1.5 * (xhigh - xlow) / CELL      # a pixel and a half
POWER = 0
LOGDEPTH = LOGX; LOGX = 0
set multiplot
do for [p=1:nP] {
    low = LOW[p]; high = HIGH[p]
    dy = 1.5 * (high - low) / PLOTHEIGHT
    load 'panel.gp'
    if (nT > 0) {
        set xtics ('' xlow - 1e6)
        do for [k=1:nT] { set xtics add ((lowest(p) ? TICK[k] : '') TICKAT[k]) }
    }
    if (LOGDEPTH && nT == 0) {
        set xtics ('' -1)
        do for [d=0:12] { do for [m in xhigh - xlow < 2.7 ? '1 2 5' : '1'] { v = d + log10(m + 0); if (v >= xlow && v <= xhigh) { set xtics add ((lowest(p) ? sprintf('%g', 10 ** v) : '') v) } } }
    }
    if (p > 1) { unset colorbox }
    if (HAS[p]) {
        plot 'data.csv' using ((cell(p, 'x0') + cell(p, 'x1')) / 2):((cell(p, 'y0') + cell(p, 'y1')) / 2):(cell(p, 'x0')):(cell(p, 'x1') + dx):(cell(p, 'y0')):(cell(p, 'y1') + dy):(cell(p, 'value') < zlow ? zlow : cell(p, 'value') > zhigh ? zhigh : cell(p, 'value')) with boxxyerror fc palette fs solid 1 noborder notitle
    } else {
        set label 122 'nothing finite' at graph 0.5, graph 0.5 center tc rgb GREY
        plot high + 1 with lines notitle
        unset label 122
    }
    load 'wordless.gp'
}
unset multiplot
