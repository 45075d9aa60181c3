/* Claims that need networks which fathom does not have yet: recurrent, residual and normalised ones, and spectra of Jacobians.
 * The one thing to know: they are listed so that nobody takes the table for complete; `needs` says what is missing, and there is nothing else. */
#include "claim/claim.h"

const Claim claim_C17 = {
    .id = "C17",
    .claim = "SELU's internal normalisation learns faster than external normalisation",
    .source = "Klambauer, Unterthiner, Mayr and Hochreiter 2017; Ioffe and Szegedy 2015",
    .method = "Steps and seconds to a target loss of SELU networks against ReLU networks with batch normalisation, at several depths.",
    .criterion = "Holds where SELU certainly needs fewer steps and fewer seconds at every depth.",
    .needs = "batch normalisation (--norm batch)",
};

const Claim claim_C23 = {
    .id = "C23",
    .claim = "Recurrent networks want tanh or sigmoid; ReLU runs away",
    .source = "Bengio, Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013; Le, Jaitly and Hinton 2015",
    .method = "Gradient through 200 time steps and range of the state, by activation and gain.",
    .criterion = "Holds where ReLU's state certainly leaves every bound at each gain at which tanh's gradient survives.",
    .needs = "recurrent networks (--arch rnn)",
};

const Claim claim_C26 = {
    .id = "C26",
    .claim = "Residual connections turn exponential into polynomial",
    .source = "He, Zhang, Ren and Sun 2016; Yang and Schoenholz 2017; Hanin and Rolnick 2018",
    .method = "Gradient norm of plain networks and of residual ones with branches scaled by 1, 1/sqrt(depth), 1/depth and 0, to depth 1000.",
    .criterion = "Holds where the gradient's growth with depth is certainly slower than any exponential, branch by branch.",
    .needs = "residual networks (--arch residual)",
};

const Claim claim_C27 = {
    .id = "C27",
    .claim = "Batch normalisation cures vanishing and exploding gradients",
    .source = "Ioffe and Szegedy 2015; Yang, Pennington, Rao, Sohl-Dickstein and Schoenholz 2019",
    .method = "Growth of the gradient norm a layer at initialisation by batch size, against the exact rate, and after steps of training.",
    .criterion = "Holds where the growth a layer certainly lies within a tenth of 1.",
    .needs = "batch normalisation (--norm batch)",
};

const Claim claim_C28 = {
    .id = "C28",
    .claim = "Orthogonal weights give dynamical isometry, but not to ReLU",
    .source = "Saxe, McClelland and Ganguli 2014; Pennington, Schoenholz and Ganguli 2017, 2018",
    .method = "Singular values of the input-output Jacobian against depth, for linear, tanh and ReLU networks with orthogonal and Gaussian weights.",
    .criterion = "Holds where all singular values of orthogonal networks certainly stay near 1 but ReLU's do not.",
    .needs = "singular values of Jacobians (fathom spectrum)",
};
