/* Closed forms of Gaussian moments, where an activation has them.
 * The one thing to know: they are shortcuts and the tests' yardstick; every activation does without by quadrature.
 * Williams 1997 (erf); Cho and Saul 2009 (ReLU family); Tsuchida, Pearce, van der Heide, Roosta and Gallagher 2021 (gelu). */
#ifndef THEORY_CLOSED_H
#define THEORY_CLOSED_H

/* Functions of the variance q of z = √q g and the activation's parameter a; NULL where none is known. `gap` is 1 - c for two
 * pre-activations of variance q and correlation c. */
typedef struct {
    const char *activation;
    double (*mean)(double q, double a);              /* E φ */
    double (*square)(double q, double a);            /* V = E φ² */
    double (*slope_square)(double q, double a);      /* K = E φ'² */
    double (*growth)(double q, double a);            /* q dV/dq = E z φ φ' */
    double (*fourth)(double q, double a);            /* E φ⁴ */
    double (*slope_fourth)(double q, double a);      /* E φ'⁴ */
    double (*mixed)(double q, double a);             /* E φ² φ'² */
    double (*far_square)(double q, double a);        /* E z² φ'² */
    double (*margin)(double q, double a);            /* 1 - V/(q K), without cancellation as q → 0 */
    double (*apart)(double q, double gap, double a); /* E (φ(u1) - φ(u2))² / 2, without cancellation */
    double (*slopes)(double q, double gap, double a); /* E φ'(u1) φ'(u2) */
} Closed;

/* The row of that activation, or NULL. */
const Closed *closed_find(const char *activation);

/* The rows, for tests. */
const Closed *closed_rows(int *count);

/* E (φ(u1) - φ(u2))²/2 for φ(x) = low·x (x < 0), high·x (x > 0): the arc-cosine kernel of order 1 as a distance, exact for
 * gap → 0. And E φ'φ' of the same φ. Cho and Saul 2009, eqs. 6 and 7. */
double closed_hinge_apart(double q, double gap, double low, double high);
double closed_hinge_slopes(double gap, double low, double high);
/* E φ(u1)²φ(u2)², by the kernel of order 2. */
double closed_hinge_squares(double q, double gap, double low, double high);

#endif
