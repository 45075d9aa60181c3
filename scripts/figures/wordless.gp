# After the first panel the title, setting, caption and axis names are on the canvas: do not draw them again.
# The one thing to know: labels are global, and every plot of a multiplot draws them.
unset label 101; unset label 102; unset label 103; unset label 104; unset label 105; unset label 106; unset label 107; unset label 110
