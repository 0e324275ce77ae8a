# Cox models: coefficients, tests, concordance, proportional hazards, residuals; intervals of the
# profile likelihood and Firth's penalty from likelihoods maximised by optim and uniroot.
# Run from this folder: Rscript survival_cox.R
library(survival)
lung$death <- as.integer(lung$status == 2)
pbc$death <- as.integer(pbc$status == 2)
colon <- subset(colon, etype == 2)
veteran$celltype <- factor(veteran$celltype, levels = c("squamous", "smallcell", "adeno", "large"))
# A study as small as ours: 40 of the veterans.
few <- veteran[seq(1, 137, length.out = 40), ]

models <- list(
  list("lung", lung, Surv(time, death) ~ age + sex + ph.ecog),
  list("veteran", veteran, Surv(time, status) ~ celltype + karno + trt),
  list("colon", colon, Surv(time, status) ~ rx + nodes + age),
  list("pbc", pbc, Surv(time, death) ~ age + bili + albumin + stage),
  list("few", few, Surv(time, status) ~ karno + trt)
)
terms <- fits <- hazards <- residuals <- NULL
for (one in models) for (ties in c("efron", "breslow")) {
  fit <- coxph(one[[3]], one[[2]], ties = ties, control = coxph.control(eps = 1e-12, toler.chol = 1e-14))
  s <- summary(fit)
  terms <- rbind(terms, data.frame(
    data = one[[1]], ties = ties, term = rownames(s$coefficients), estimate = s$conf.int[, 1],
    std_error = s$coefficients[, 3], statistic = s$coefficients[, 4], p_value = s$coefficients[, 5],
    conf_low = s$conf.int[, 3], conf_high = s$conf.int[, 4], row.names = NULL
  ))
  zph <- cox.zph(fit)
  fits <- rbind(fits, data.frame(
    data = one[[1]], ties = ties, n = fit$n, n_events = fit$nevent, null = fit$loglik[1],
    log_likelihood = fit$loglik[2], lr = s$logtest[1], df = s$logtest[2], lr_p = s$logtest[3],
    concordance = s$concordance[1], concordance_se = s$concordance[2], row.names = NULL
  ))
  hazards <- rbind(hazards, data.frame(
    data = one[[1]], ties = ties, predictor = rownames(zph$table), statistic = zph$table[, 1],
    df = zph$table[, 2], p_value = zph$table[, 3], row.names = NULL
  ))
  if (one[[1]] == "lung") residuals <- rbind(residuals, data.frame(
    ties = ties, time = zph$time, transformed_time = zph$x, raw = resid(fit, "schoenfeld"),
    scaled = zph$y, row.names = NULL
  ))
}
csv <- function(frame, name) write.csv(frame, paste0("survival_", name, ".csv"), row.names = FALSE, quote = FALSE)
csv(terms, "cox_terms")
csv(fits, "cox_fits")
csv(hazards, "cox_proportional_hazards")
csv(residuals, "cox_residuals")

# One coefficient is held by an offset while coxph (or optim, with the penalty) fits the others.
profile_ends <- function(profile, estimate, se) {
  target <- profile(estimate) - qchisq(0.95, 1) / 2
  end <- function(side) uniroot(
    function(b) profile(b) - target, sort(estimate + side * c(0.2, 6) * se), tol = 1e-12
  )$root
  c(end(-1), end(1))
}
profiles <- NULL
for (term in c("karno", "trt")) {
  other <- setdiff(c("karno", "trt"), term)
  full <- coxph(Surv(time, status) ~ karno + trt, few, control = coxph.control(eps = 1e-13, toler.chol = 1e-14))
  profile <- function(b) {
    f <- as.formula(paste("Surv(time, status) ~", other, "+ offset(b * ", term, ")"))
    coxph(f, few, control = coxph.control(eps = 1e-13, toler.chol = 1e-14))$loglik[2]
  }
  ends <- profile_ends(profile, coef(full)[term], sqrt(vcov(full)[term, term]))
  lr <- 2 * (full$loglik[2] - profile(0))
  profiles <- rbind(profiles, data.frame(
    penalty = "", term = term, estimate = exp(coef(full)[term]), conf_low = exp(ends[1]),
    conf_high = exp(ends[2]), statistic = lr, p_value = pchisq(lr, 1, lower.tail = FALSE)
  ))
}
# In the small study nobody of the group "low" dies: the ordinary model has no estimate.
separated <- data.frame(
  time = c(2.1, 3.4, 1.2, 5.6, 7.7, 8.1, 4.4, 6.3, 9.9, 2.8, 5.1, 6.6),
  status = c(1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0),
  high = c(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0),
  age = c(61, 45, 70, 52, 58, 66, 49, 63, 71, 55, 68, 47)
)
penalised <- function(frame, names) function(b) {
  eta <- as.matrix(frame[, names]) %*% b
  fit <- coxph(Surv(time, status) ~ ., frame[, c("time", "status", names)], init = b,
    control = coxph.control(iter.max = 0))
  fit$loglik[2] - as.numeric(determinant(vcov(fit))$modulus) / 2
}
for (one in list(list("few", few, c("karno", "trt")), list("separated", separated, c("high", "age")))) {
  names <- one[[3]]
  # In units of standard deviations, so that the search is well conditioned.
  sds <- sapply(one[[2]][names], sd)
  frame <- one[[2]]
  frame[names] <- scale(frame[names])
  value <- penalised(frame, names)
  best <- optim(c(0, 0), value, method = "BFGS", control = list(fnscale = -1, reltol = 1e-16, maxit = 1000))
  best <- optim(best$par, value, control = list(fnscale = -1, reltol = 1e-16, maxit = 5000))
  for (j in 1:2) {
    profile <- function(b) optimize(
      function(a) value(if (j == 1) c(b, a) else c(a, b)), c(-10, 10), maximum = TRUE, tol = 1e-10
    )$objective
    fit <- coxph(Surv(time, status) ~ ., frame[, c("time", "status", names)], init = best$par,
      control = coxph.control(iter.max = 0))
    ends <- profile_ends(profile, best$par[j], sqrt(vcov(fit)[j, j]))
    lr <- 2 * (best$value - profile(0))
    profiles <- rbind(profiles, data.frame(
      penalty = one[[1]], term = names[j], estimate = exp(best$par[j] / sds[j]),
      conf_low = exp(ends[1] / sds[j]), conf_high = exp(ends[2] / sds[j]), statistic = lr,
      p_value = pchisq(lr, 1, lower.tail = FALSE)
    ))
  }
}
csv(profiles, "cox_profiles")
csv(few, "few")
csv(separated, "separated")
