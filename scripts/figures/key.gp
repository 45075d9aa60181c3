# The legend, drawn by hand in a plot of its own: a column right of the panels when there are several colours, else a line below
# them. The one thing to know: it never lies on data. Loaded last, inside the multiplot; MARKS draws dots on its lines.
# (gnuplot 5.4 runs an empty `for` of keyentries once, and warns when its own key finds no room.)
set lmargin at screen 0; set rmargin at screen 1; set tmargin at screen 1; set bmargin at screen 0
unset border; unset tics; unset grid; unset label; unset logscale; unset key
set xrange [0:1]; set yrange [0:1]
kx = KEYRIGHT ? WIDTH - RIGHT + 34 : LEFT + (WIDTH - LEFT - RIGHT) / 2.0 - 100 * ((nC > 0) + 2 * BANDS + THEORY)
ky = KEYRIGHT ? TOP + 10 : HEIGHT - BOTTOM + 118
dx = KEYRIGHT ? 0 : 200
dy = KEYRIGHT ? 34 : 0
kn = 0
do for [c=1:nC] {
    set arrow from screen X(kx + dx * kn), screen Y(ky + dy * kn) to screen X(kx + dx * kn + 40), screen Y(ky + dy * kn) nohead lc rgb HUE[c] lw 2.6 dt dash(c)
    if (MARKS) { set label point pt 7 ps 0.9 lc rgb HUE[c] at screen X(kx + dx * kn + 20), screen Y(ky + dy * kn) }
    set label (KEYRIGHT ? COLOUR[c] : TEX ? 'median' : 'median') at screen X(kx + dx * kn + 54), screen Y(ky + dy * kn) left noenhanced font FKEY tc rgb '#222222'
    kn = kn + 1
}
if (KEYRIGHT && STATISTICS) { ky = ky + 12 }
if (BANDS) {
    do for [b=1:2] {
        set object rectangle from screen X(kx + dx * kn), screen Y(ky + dy * kn + 9) to screen X(kx + dx * kn + 40), screen Y(ky + dy * kn - 9) fc rgb (KEYRIGHT ? '#444444' : HUE[1]) fs transparent solid (b == 1 ? 0.36 : 0.13) noborder
        set label (b == 1 ? '25' : '5').(TEX ? '--' : '–').(b == 1 ? '75 ' : '95 ').(TEX ? '\%' : '%') at screen X(kx + dx * kn + 54), screen Y(ky + dy * kn) left noenhanced font FKEY tc rgb '#222222'
        kn = kn + 1
    }
}
if (THEORY) {
    set arrow from screen X(kx + dx * kn), screen Y(ky + dy * kn) to screen X(kx + dx * kn + 40), screen Y(ky + dy * kn) nohead lc rgb (KEYRIGHT ? '#333333' : SHADE[1]) lw 1.8 dt (6, 4)
    set label 'theory' at screen X(kx + dx * kn + 54), screen Y(ky + dy * kn) left noenhanced font FKEY tc rgb '#222222'
}
plot 2 with lines notitle
