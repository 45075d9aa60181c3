# Time of a layer against width, by program, at batch 1 and 32; dashed: what the hardware allows.
# The one thing to know: gnuplot -c bench.gp LAYER.CSV PNG; columns batch,width,program,us; limits come as programs too.
DATA = ARG1; OUT = ARG2
set encoding utf8
set terminal pngcairo size 1560, 760 font 'DejaVu Sans,18' linewidth 1.8 background rgb '#ffffff'
set output OUT
set datafile separator comma
set datafile missing NaN
array NAME[6] = ['idiomatic', 'tight float32', 'dense float64', 'dense float32', 'implicit float64', 'implicit float32']
array HUE[6] = ['#CC79A7', '#D55E00', '#56B4E9', '#0072B2', '#66C2A5', '#009E73']
set logscale xy
set xrange [110:4800]
set yrange [0.3:1e6]
set xtics (128, 512, 1024, 2048, 4096)
set format y '10^{%T}'
set grid back lc rgb '#D8D8D8' lw 0.6
set border 3 lc rgb '#444444'
set tics nomirror out scale 0.6
set xlabel 'width'
set ylabel 'CPU µs per layer'
pick(b, n, c) = column('batch') == b && strcol('program') eq n ? column(c) : NaN
set multiplot layout 1,2 margins 0.075, 0.985, 0.12, 0.80 spacing 0.07
set label 1 'A layer sampled, sent forward and backward, and measured: fathom against PyTorch, one thread' at screen 0.02, 0.955 left font ',21'
set label 2 'tanh, depth 50, Gaussian weights; dashed: drawing the weights (dense) and the normals (implicit) alone, at the rate this run measured' at screen 0.02, 0.905 left font ',15' tc rgb '#555555'
do for [b in '1 32'] {
    set title 'batch '.b offset 0, -0.6
    if (b + 0 == 1) { set key at graph 0.02, graph 0.98 left top reverse Left font ',15' samplen 1.5 } else { unset key }
    plot for [i=1:6] DATA using (pick(b + 0, NAME[i], 'width')):(pick(b + 0, NAME[i], 'us')) with linespoints pt 7 ps 1.1 lw 2 lc rgb HUE[i] title NAME[i], \
         DATA using (pick(b + 0, 'limit dense', 'width')):(pick(b + 0, 'limit dense', 'us')) with lines dt (6,5) lw 1.5 lc rgb '#003A5C' notitle, \
         DATA using (pick(b + 0, 'limit implicit', 'width')):(pick(b + 0, 'limit implicit', 'us')) with lines dt (6,5) lw 1.5 lc rgb '#00523C' notitle
    unset label 1; unset label 2
}
unset multiplot
