# Where each layer's (mean, variance) lies, joined from the input on; the last layer is the large dot, the cross is (0, 1).
# The one thing to know: the vertical axis holds log10 of the variance; the frame comes from names.tsv and curves may leave it.
# data.csv: panel,series,layer,mean,log10_variance,last,name.
TYPE = ARG1; FILE = ARG2; HEAD = ARG3; HEAD2 = ARG4; SETTING = ARG5; NOTE = ARG6; NOTE2 = ARG7; XNAME = ARG8; YNAME = ARG9
MARKS = 1
load 'theme.gp'
sel(c, name) = column('series') == c ? column(name) : NaN
end(c, name) = column('series') == c && column('last') == 1 ? column(name) : NaN
list = ''
stats 'data.csv' using (strstrt(list, ' '.int(column('series')).' ') ? 0 : (list = list.' '.int(column('series')).' ', 0)) nooutput
nth(k) = int(word(list, k))
set clip two
p = 1; low = LOW[1]; high = HIGH[1]
set xrange [xlow:xhigh]
set multiplot
load 'panel.gp'
if (!DUMB) {
    set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead back lc rgb '#888888' lw 1 dt (3, 3)
    set arrow 2 from graph 0, first 0 to graph 1, first 0 nohead back lc rgb '#888888' lw 1 dt (3, 3)
}
if (words(list)) {
    plot for [k=1:words(list)] 'data.csv' using (sel(nth(k), 'mean')):(sel(nth(k), 'log10_variance')) with linespoints lt nth(k) lc rgb HUE[nth(k)] lw 1.3 pt DUMB ? nth(k) : 7 ps 0.45 notitle, \
         for [k=1:words(list)] 'data.csv' using (end(nth(k), 'mean')):(end(nth(k), 'log10_variance')) with points pt 7 ps DUMB ? 0.5 : 1.9 lc rgb HUE[nth(k)] notitle
}
load 'wordless.gp'
unset arrow 1; unset arrow 2
if (!DUMB && KEYRIGHT) { load 'key.gp' }
unset multiplot
