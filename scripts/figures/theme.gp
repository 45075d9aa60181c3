# The shared look: terminals, colours, names.tsv, and the places of panels, title, legend and caption.
# The one thing to know: everything is placed in pixels of a png (1 px = 1/200 inch in pdf and tex), so all formats look alike.
# `load` hides ARG1 … ARG9, so each script first names them: TYPE FILE HEAD HEAD2 SETTING NOTE NOTE2 XNAME YNAME. User text: noenhanced.
set encoding utf8
TEX = TYPE eq 'tex'
DUMB = TYPE eq 'dumb'

# --- names.tsv: panels (1), colours (2), x range (3), flags (4), palette range (5), words on the x axis (6), panels in a row (7), a panel's own x range (8), words on the y axis (9), the setting's second line (10)
array PANEL[64]; array LOW[64]; array HIGH[64]; array OWN[64]; array COLOUR[64]; array XLOW[64]; array XHIGH[64]; array TICK[64]; array TICKAT[64]; array TICKUP[64]; array TICKUPAT[64]
array FLAG[12]      # power, log x, theory, bands, multiples, the third line dashed, a line, circles or crosses, log y, the palette holds log10, it is turned round
nP = 0; nC = 0; nT = 0; nU = 0; GRID = 0; SETTING2 = ''; LONGEST = 0; xlow = 0; xhigh = 1; zlow = 0; zhigh = 1; anyown = 0
do for [i=1:12] { FLAG[i] = 0 }
set datafile separator tab
take(w, i) = w == 1 ? (PANEL[i] = strcol('text'), LOW[i] = column('low'), HIGH[i] = column('high'), OWN[i] = column('own'), anyown = OWN[i] > 0 ? 1 : anyown, nP = i > nP ? i : nP, 0) : w == 2 ? (COLOUR[i] = strcol('text'), LONGEST = column('low') > LONGEST ? int(column('low')) : LONGEST, nC = i > nC ? i : nC, 0) : w == 3 ? (xlow = column('low'), xhigh = column('high'), 0) : w == 4 ? (FLAG[i] = 1, 0) : w == 5 ? (zlow = column('low'), zhigh = column('high'), 0) : w == 6 ? (nT = nT + 1, TICK[nT] = strcol('text'), TICKAT[nT] = column('low'), 0) : w == 7 ? (GRID = i, 0) : w == 8 ? (XLOW[i] = column('low'), XHIGH[i] = column('high'), 0) : w == 9 ? (nU = nU + 1, TICKUP[nU] = strcol('text'), TICKUPAT[nU] = column('low'), 0) : (SETTING2 = strcol('text'), 0)
stats 'names.tsv' using (take(int(column('what')), int(column('i')))) nooutput
POWER = FLAG[1]; LOGX = FLAG[2]; THEORY = FLAG[3]; BANDS = FLAG[4] && !DUMB; MULTIPLES = FLAG[5] || nP > 1
dash(c) = FLAG[6] && c == 3 ? 2 : 1
set datafile separator comma
set datafile missing NaN

# --- colours: Okabe and Ito; darker shades of the same for theory; viridis
array HUE[7] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000']
array SHADE[7] = ['#003A5C', '#6E3000', '#00523C', '#74355A', '#7A5400', '#1F5E80', '#000000']
GREY = '#555555'
set palette defined (0 '#440154', 1 '#472D7B', 2 '#3B528B', 3 '#2C728E', 4 '#21918C', 5 '#28AE80', 6 '#5EC962', 7 '#ADDC30', 8 '#FDE725')

# --- the canvas
COLUMNS = GRID > 0 ? GRID : nP <= 1 ? 1 : nP == 2 || nP == 4 ? 2 : nP <= 9 ? 3 : 4
ROWS = (nP + COLUMNS - 1) / COLUMNS
if (DUMB) { COLUMNS = nP == 1 ? 1 : 2; ROWS = (nP + COLUMNS - 1) / COLUMNS }
LOWEST = 0
do for [i=1:nP] { LOWEST = LOW[i] < LOWEST ? LOW[i] : LOWEST }
STATISTICS = BANDS || THEORY
KEYRIGHT = nC > 1
KEYBELOW = nC <= 1 && STATISTICS
BARRIGHT = exists('PALETTE_BAR')
if (!exists('MARKS')) { MARKS = 0 }
WIDTH = COLUMNS == 1 ? 1320 : 1560
if (nP == 1 && BARRIGHT) { WIDTH = 1200 }
PLOTHEIGHT = nP == 1 ? 620 : COLUMNS == 2 ? 400 : COLUMNS == 3 ? 340 : 240
if (nP == 3) { PLOTHEIGHT = 440 }
if (GRID > 0) { PLOTHEIGHT = GRID == 1 ? 360 : GRID == 2 ? 360 : 320 }
if (exists('TALL')) { PLOTHEIGHT = TALL }
CHAR = TEX ? 13.5 : LONGEST > 30 ? 13 : 11.6
if (!exists('BARROOM')) { BARROOM = 0 }
LEFT = 160 + (POWER && LOWEST <= -100 ? 24 : 0)
RIGHT = KEYRIGHT ? 104 + CHAR * (LONGEST > 10 || !STATISTICS ? LONGEST : 10) : BARRIGHT ? 172 + BARROOM : 40
WIDTH = WIDTH + (RIGHT > 400 ? RIGHT - 400 : 0)
GAPX = anyown ? 108 : GRID > 0 ? 70 : 46
GAPY = exists('ROWGAP') ? ROWGAP : 56
TITLE2 = strlen(HEAD2) > 0
TOP = 112 + 42 * TITLE2 + 30 * (strlen(SETTING2) > 0) + (nP > 1 ? 48 : 0)
CAPTION = (strlen(NOTE) > 0) + (strlen(NOTE2) > 0)
BOTTOM = 104 + 44 * KEYBELOW + 28 * CAPTION + (CAPTION > 0 ? 8 : 0)
HEIGHT = TOP + BOTTOM + ROWS * PLOTHEIGHT + (ROWS - 1) * GAPY
CELL = (WIDTH - LEFT - RIGHT - (COLUMNS - 1) * GAPX) / (1.0 * COLUMNS)
# Words on the axis that are too wide to stand side by side are turned, and need room.
TICKLONG = 0
do for [i=1:nT] { TICKLONG = strlen(TICK[i]) > TICKLONG ? strlen(TICK[i]) : TICKLONG }
TURNED = nT == 0 || TEX || TICKLONG * 11 <= CELL / nT - 6 ? 0 : CELL / nT < 30 ? 90 : 35
TICKROOM = TURNED == 90 ? 8 * TICKLONG : TURNED ? 5 * TICKLONG : 0
BOTTOM = BOTTOM + TICKROOM
HEIGHT = HEIGHT + TICKROOM
X(px) = px / (1.0 * WIDTH)
Y(px) = 1 - px / (1.0 * HEIGHT)      # from the top
column_of(i) = (i - 1) % COLUMNS
row_of(i) = (i - 1) / COLUMNS
left_of(i) = X(LEFT + column_of(i) * (CELL + GAPX))
right_of(i) = X(LEFT + column_of(i) * (CELL + GAPX) + CELL)
top_of(i) = Y(TOP + row_of(i) * (PLOTHEIGHT + GAPY))
bottom_of(i) = Y(TOP + row_of(i) * (PLOTHEIGHT + GAPY) + PLOTHEIGHT)
lowest(i) = i + COLUMNS > nP
room = int((CELL + (BARROOM > 0 ? 34 : GAPX - 12)) / (BARROOM > 0 ? 10.8 : 11.6))
short(name) = TEX || strlen(name) <= room ? name : name[1:room-1].'…'

# --- terminals
DUMBTOP = 6 + (strlen(SETTING2) > 0) + (nC > 1 ? nC : 0) + (nP > 1 ? 1 : 0)      # lines above the panels
INCH = 200.0
if (TYPE eq 'png') { set terminal pngcairo size WIDTH, int(HEIGHT) font 'DejaVu Sans,20' fontscale 1.0 linewidth 1.6 background rgb '#ffffff' }
if (TYPE eq 'svg') { set terminal svg size WIDTH, int(HEIGHT) font 'DejaVu Sans,20' fontscale 1.333 linewidth 1.6 background '#ffffff' }
if (TYPE eq 'pdf') { set terminal pdfcairo size WIDTH / INCH, HEIGHT / INCH font 'DejaVu Sans,20' fontscale 0.36 linewidth 1.2 pointscale 0.6 background rgb '#ffffff' }
if (TEX) { set terminal cairolatex pdf input colortext size WIDTH / INCH, HEIGHT / INCH linewidth 1.4 pointscale 0.45 }
if (DUMB) { set terminal dumb noenhanced size 110, DUMBTOP + (nP == 1 ? 30 : 14 * ROWS) }
set output FILE
# Fonts of other sizes; LaTeX has its own.
size(n) = TEX ? '' : sprintf(',%d', n)
FTITLE = size(23); FSETTING = size(17); FNOTE = size(15); FKEY = size(16); FPANEL = size(17); FOWN = size(14)
FTICS = size(nP > 1 ? 15 : 17); FAXIS = size(nP > 1 ? 17 : 19)
if (DUMB) {
    LEFT = 12; RIGHT = 2; CELL = 0; GAPX = 0
    dumb_rows = DUMBTOP + (nP == 1 ? 30 : 14 * ROWS)
    left_of(i) = (11 + column_of(i) * (98.0 / COLUMNS)) / 110
    right_of(i) = (11 + (column_of(i) + 1) * (98.0 / COLUMNS) - (COLUMNS > 1 ? 9 : 0)) / 110
    top_of(i) = 1 - (DUMBTOP + row_of(i) * 14) / (1.0 * dumb_rows)
    bottom_of(i) = nP == 1 ? 4.0 / dumb_rows : 1 - (DUMBTOP + row_of(i) * 14 + 10) / (1.0 * dumb_rows)
}

# --- words
set border 3 lc rgb '#444444' lw 1
set tics nomirror out scale 0.6 textcolor rgb '#222222' font FTICS
set grid back lc rgb '#D8D8D8' lw 0.6 dt 1
unset key
if (DUMB) {
    line(n) = 1 - (n + 0.5) / dumb_rows
    set label 101 HEAD at screen 0.02, screen line(0) noenhanced
    set label 102 HEAD2 at screen 0.02, screen line(1) noenhanced
    set label 103 SETTING at screen 0.02, screen line(2) noenhanced
    set label 110 SETTING2 at screen 0.02, screen line(5) noenhanced
    set label 104 YNAME.' by '.XNAME at screen 0.02, screen line(3) noenhanced
    set label 105 NOTE at screen 0.02, screen line(4) noenhanced
    do for [c=1:(nC > 1 ? nC : 0)] { set label 130 + c '*#$%@&='[c:c].' '.(MARKS ? 'ABCDEFG'[c:c].' ' : '').COLOUR[c] at screen 0.12, screen line(4 + c) noenhanced }
} else {
    set label 101 HEAD at screen X(36), screen Y(42) left noenhanced font FTITLE tc rgb '#111111'
    set label 102 HEAD2 at screen X(36), screen Y(84) left noenhanced font FTITLE tc rgb '#111111'
    set label 103 SETTING at screen X(36), screen Y(42 + 42 * TITLE2 + 38) left noenhanced font FSETTING tc rgb GREY
    set label 110 SETTING2 at screen X(36), screen Y(42 + 42 * TITLE2 + 68) left noenhanced font FSETTING tc rgb GREY
    set label 104 NOTE at screen X(36), screen Y(HEIGHT - 20 - 28 * (CAPTION > 1)) left noenhanced font FNOTE tc rgb GREY
    set label 105 NOTE2 at screen X(36), screen Y(HEIGHT - 20) left noenhanced font FNOTE tc rgb GREY
    set label 106 XNAME at screen X(LEFT + (WIDTH - LEFT - RIGHT) / 2.0), screen Y(HEIGHT - BOTTOM + TICKROOM + 80) center noenhanced font FAXIS tc rgb '#222222'
    set label 107 YNAME at screen X(40), screen Y(TOP + (HEIGHT - TOP - BOTTOM) / 2.0) center rotate by 90 noenhanced font FAXIS tc rgb '#222222'
}

# --- ticks of an axis that holds log10: powers where it spans decades, else plain numbers at their logarithm
nice(x) = x <= 0 ? 1 : (e = 10 ** floor(log10(x)), m = x / e, m <= 1 ? e : m <= 2 ? 2 * e : m <= 5 ? 5 * e : 10 * e)
thrice(x) = (e = 10 ** floor(log10(x)), m = x / e, m <= 1 ? e : m <= 2 ? 2 * e : m <= 3 && x < 10 ? 3 * e : m <= 5 ? 5 * e : 10 * e)
step_of(span, n) = span / n <= 1 ? 1 : thrice(span / n)
minus(v) = v < 0 ? (DUMB ? '-' : TEX ? '-' : '−') . sprintf('%d', -v) : sprintf('%d', v)
power(v) = TEX ? '$10^{' . minus(v) . '}$' : DUMB ? '1e' . minus(v) : '10^{' . minus(v) . '}'
