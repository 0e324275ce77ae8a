# Restricted means, maximally selected log-rank statistics, spline Cox models, cumulative incidence.
# Run from this folder: Rscript survival_more.R
suppressMessages({
  library(survival)
  library(maxstat)
  library(rms)
})
csv <- function(frame, name) write.csv(frame, paste0("survival_", name, ".csv"), row.names = FALSE, quote = FALSE)
lung$death <- as.integer(lung$status == 2)
pbc$death <- as.integer(pbc$status == 2)
colon <- subset(colon, etype == 2)
few <- read.csv("survival_few.csv")

means <- NULL
for (one in list(
  list("lung", lung, "death", "sex", c(365.25, 700)), list("veteran", veteran, "status", "trt", c(100, 500)),
  list("colon", colon, "status", "rx", c(1000, 2500)), list("pbc", pbc, "death", "sex", c(1000, 3650))
)) for (tau in one[[5]]) {
  d <- one[[2]]
  d$event <- d[[one[[3]]]]
  d$group <- d[[one[[4]]]]
  table <- summary(survfit(Surv(time, event) ~ group, d), rmean = tau)$table
  means <- rbind(means, data.frame(
    data = one[[1]], tau = tau, group = sub("group=", "", rownames(table)),
    estimate = table[, "rmean"], std_error = table[, "se(rmean)"], row.names = NULL
  ))
}
csv(means, "restricted_means")

cuts <- statistics <- NULL
for (one in list(
  list("pbc", pbc, "death", "bili"), list("pbc", pbc, "death", "age"), list("lung", lung, "death", "age"),
  list("veteran", veteran, "status", "karno"), list("few", few, "status", "karno")
)) {
  d <- one[[2]]
  d$event <- d[[one[[3]]]]
  d$marker <- d[[one[[4]]]]
  test <- function(p, ...) maxstat.test(Surv(time, event) ~ marker, d, smethod = "LogRank", pmethod = p, ...)
  f <- test("Lau94")
  cuts <- rbind(cuts, data.frame(
    data = one[[1]], marker = one[[4]], cut = f$estimate, statistic = f$statistic,
    lau92 = test("Lau92")$p.value, lau94 = f$p.value, row.names = NULL
  ))
  one_cut <- function(cut) {
    s <- summary(coxph(Surv(time, event) ~ I(as.integer(marker > cut)), d,
      control = coxph.control(eps = 1e-12, toler.chol = 1e-14)))
    c(s$conf.int[c(1, 3, 4)], s$coefficients[3])
  }
  ratios <- t(sapply(f$cuts, one_cut))
  statistics <- rbind(statistics, data.frame(
    data = one[[1]], marker = one[[4]], cut = f$cuts, statistic = f$stats, hazard_ratio = ratios[, 1],
    conf_low = ratios[, 2], conf_high = ratios[, 3], std_error = ratios[, 4]
  ))
}
csv(cuts, "maxstat")
csv(statistics, "maxstat_cuts")

curves <- fits <- NULL
for (one in list(
  list("pbc", pbc, "death", "bili", 1.4, 4, NULL), list("pbc", pbc, "death", "albumin", 3.5, 3, "age"),
  list("lung", subset(lung, !is.na(ph.ecog)), "death", "age", 60, 5, c("sex", "ph.ecog")),
  list("few", few, "status", "karno", 50, 3, NULL)
)) {
  d <- one[[2]]
  d$event <- d[[one[[3]]]]
  d$marker <- d[[one[[4]]]]
  d <- d[, c("time", "event", "marker", one[[7]])]
  knots <- rcspline.eval(d$marker, nk = one[[6]], knots.only = TRUE)
  terms <- paste(c("rcs(marker, knots)", one[[7]]), collapse = " + ")
  dd <- datadist(d)
  options(datadist = "dd")
  fit <- cph(as.formula(paste("Surv(time, event) ~", terms)), d, eps = 1e-10, tol = 1e-14)
  at <- seq(min(d$marker), max(d$marker), length.out = 9)
  new <- function(v) { r <- list(v); names(r) <- "marker"; r }
  k <- contrast(fit, new(at), new(one[[5]]))
  curves <- rbind(curves, data.frame(
    data = one[[1]], marker = one[[4]], reference = one[[5]], n_knots = one[[6]], value = at,
    log_ratio = k$Contrast, conf_low = k$Lower, conf_high = k$Upper
  ))
  linear <- coxph(as.formula(paste("Surv(time, event) ~", paste(c("marker", one[[7]]), collapse = " + "))), d,
    control = coxph.control(eps = 1e-12, toler.chol = 1e-14))
  without <- if (is.null(one[[7]])) fit$loglik[1] else coxph(
    as.formula(paste("Surv(time, event) ~", paste(one[[7]], collapse = " + "))), d)$loglik[2]
  full <- fit$loglik[2]
  a <- anova(fit)
  fits <- rbind(fits, data.frame(
    data = one[[1]], marker = one[[4]], knots = paste(signif(knots, 15), collapse = ";"), log_likelihood = full,
    overall = 2 * (full - without), nonlinear = 2 * (full - linear$loglik[2]),
    df = one[[6]] - 1
  ))
}
csv(curves, "spline_curves")
csv(fits, "spline_fits")

# Monoclonal gammopathy (Kyle 1993): progression to myeloma with death as the competing event.
mgus2$months <- with(mgus2, ifelse(pstat == 0, futime, ptime))
mgus2$outcome <- with(mgus2, ifelse(pstat == 0, 2 * death, 1))
mgus2 <- mgus2[, c("id", "age", "sex", "months", "outcome")]
csv(mgus2, "mgus2")
fit <- survfit(Surv(months, factor(outcome, 0:2, c("censor", "progression", "death"))) ~ sex, mgus2)
s <- summary(fit, times = c(12, 60, 120, 240, 300))
incidence <- NULL
for (cause in 2:3) incidence <- rbind(incidence, data.frame(
  cause = cause - 1, group = sub("sex=", "", s$strata), time = s$time, n_at_risk = s$n.risk[, 1],
  incidence = s$pstate[, cause], std_error = s$std.err[, cause]
))
csv(incidence, "cumulative_incidence")
