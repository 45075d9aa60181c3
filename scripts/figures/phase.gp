# χ₁ over (σ_w, σ_b): blue ordered, white critical, red chaotic; the line χ₁ = 1; circles are measured, in the same colours.
# The one thing to know: the palette holds log10 of χ₁ and is centred on 0; its ticks are χ₁ itself. Blank cells have no rows.
# data.csv: panel,kind,sigma_w,sigma_b,log10_chi_1,x0,x1,y0,y1,name; kinds: 1 cell, 2 piece of the line, 3 circle, 4 word.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
PALETTE_BAR = 1
load 'theme.gp'
unset grid
set palette defined (-1 '#2166AC', -0.5 '#92C5DE', 0 '#F7F7F7', 0.5 '#F4A582', 1 '#B2182B')
set border 15 lc rgb '#444444' lw 1
set tics out front
set xrange [xlow:xhigh]
set cbrange [zlow:zhigh]
BARLOW = bottom_of(nP > COLUMNS ? nP : 1)
set colorbox user origin screen right_of(COLUMNS) + X(30), screen BARLOW size screen X(26), screen top_of(1) - BARLOW
set cbtics ('' zlow - 1e6)
BARSTEPS = zhigh <= 0.12 ? '0.8 0.85 0.9 0.95 1 1.05 1.1 1.15 1.2 1.25' : zhigh <= 0.35 ? '0.5 0.6 0.7 0.8 0.9 1 1.2 1.4 1.6 1.8 2' : zhigh <= 1.05 ? '0.1 0.2 0.3 0.5 0.7 1 1.5 2 3 5 10' : ''
do for [m in BARSTEPS] { if (abs(log10(m + 0)) <= zhigh) { set cbtics add (m log10(m + 0)) } }
zs = step_of(2 * zhigh, 6)
if (strlen(BARSTEPS) == 0) { do for [k=int(ceil(zlow / zs)):int(floor(zhigh / zs))] { set cbtics add ((k == 0 ? '1' : power(k * zs)) k * zs) } }
set cbtics scale 0.5 font FTICS
set label 123 'squared growth of gradients a layer, '.(TEX ? '$\chi_1$' : 'χ₁') at screen X(WIDTH - 34), screen (BARLOW + top_of(1)) / 2 center rotate by 90 noenhanced font FAXIS tc rgb '#222222'
bound(v) = v < zlow ? zlow : v > zhigh ? zhigh : v
# What is not of this panel and kind is put far outside the frame: an empty plot would warn.
mine(k) = column('panel') == p && column('kind') == k
far = xlow - 9 * (xhigh - xlow)
sel(k, name) = mine(k) ? column(name) : far
low = LOW[1]; high = HIGH[1]
wide = xhigh - xlow
colour(v, dark) = dark == 1 ? 0xFFFFFF : v < 0 ? 0x0B2E59 : 0x6B0F1A
phase(v, whole) = whole == 1 ? (v < 0 ? "ordered:\ngradients vanish" : "chaotic:\ngradients explode") : v < 0 ? 'ordered' : 'chaotic'
dx = 1.5 * wide / CELL
dy = 1.5 * (high - low) / PLOTHEIGHT
POWER = 0
set multiplot
do for [p=1:nP] {
    load 'panel.gp'
    if (p > 1) { unset colorbox; unset label 123 }
    plot 'data.csv' using (sel(1, 'sigma_w')):(column('sigma_b')):(sel(1, 'x0')):(mine(1) ? column('x1') + dx : far):(mine(1) ? column('y0') : low):(mine(1) ? column('y1') + dy : low):(mine(1) ? bound(column('log10_chi_1')) : 0) with boxxyerror fc palette fs solid 1 noborder notitle, \
         'data.csv' using (sel(2, 'x0')):(mine(2) ? column('y0') : low):(mine(2) ? column('x1') - column('x0') : 0):(mine(2) ? column('y1') - column('y0') : 0) with vectors nohead lc rgb '#000000' lw 2 notitle, \
         'data.csv' using (sel(3, 'sigma_w')):(column('sigma_b')) with points pt 7 ps nP == 1 ? 2.9 : 1.7 lc rgb '#FFFFFF' notitle, \
         'data.csv' using (sel(3, 'sigma_w')):(column('sigma_b')) with points pt 6 ps nP == 1 ? 3.0 : 1.8 lc rgb '#777777' lw 0.6 notitle, \
         'data.csv' using (sel(3, 'sigma_w')):(column('sigma_b')):(mine(3) ? bound(column('log10_chi_1')) : 0) with points pt 7 ps nP == 1 ? 2.1 : 1.2 lc palette notitle, \
         'data.csv' using (sel(4, 'sigma_w')):(column('sigma_b')):(mine(4) ? phase(column('log10_chi_1'), column('x0')) : ''):(mine(4) ? colour(column('log10_chi_1'), column('x1')) : 0) with labels center noenhanced font FPANEL tc rgb variable notitle
    load 'wordless.gp'
}
# The legend, below: the line and, where there are any, the circles.
set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0
unset border; unset tics; unset label; unset colorbox
set xrange [0:1]; set yrange [0:1]
ky = HEIGHT - BOTTOM + 80
if (FLAG[7]) {
    set arrow from screen X(LEFT), screen Y(ky) to screen X(LEFT + 44), screen Y(ky) nohead lc rgb '#000000' lw 2
    set label 'critical line '.(TEX ? '$\chi_1 = 1$' : 'χ₁ = 1') at screen X(LEFT + 56), screen Y(ky) left noenhanced font FKEY tc rgb '#222222'
}
if (FLAG[8]) {
    do for [k=0:2] {
        kx = WIDTH - RIGHT - 178 + 22 * k
        set label point pt 7 ps 1.5 lc rgb word('#92C5DE #F7F7F7 #F4A582', k + 1) at screen X(kx), screen Y(ky)
        set label point pt 6 ps 1.6 lw 0.6 lc rgb '#777777' at screen X(kx), screen Y(ky)
    }
    set label 'measured' at screen X(kx + 20), screen Y(ky) left noenhanced font FKEY tc rgb '#222222'
}
plot 2 with lines notitle
unset multiplot
