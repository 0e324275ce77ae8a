# Kaplan-Meier curves, medians, follow-up and log-rank tests.
# Run from this folder: Rscript survival_curves.R
library(survival)
lung$death <- as.integer(lung$status == 2)
pbc$death <- as.integer(pbc$status == 2)
colon <- subset(colon, etype == 2)

data_sets <- list(
  list("lung", lung, "death", "sex"), list("veteran", veteran, "status", "celltype"),
  list("colon", colon, "status", "rx"), list("pbc", pbc, "death", "stage")
)
curves <- medians <- milestones <- NULL
for (one in data_sets) {
  d <- one[[2]]
  d$event <- d[[one[[3]]]]
  d$group <- d[[one[[4]]]]
  fit <- survfit(Surv(time, event) ~ group, d, conf.type = "log-log")
  follow <- survfit(Surv(time, 1 - event) ~ group, d, conf.type = "log-log")
  label <- sub("group=", "", rep(names(fit$strata), fit$strata))
  curves <- rbind(curves, data.frame(
    data = one[[1]], group = label, time = fit$time, n_at_risk = fit$n.risk,
    n_events = fit$n.event, n_censored = fit$n.censor, survival = fit$surv,
    conf_low = fit$lower, conf_high = fit$upper
  ))
  s <- summary(fit)$table
  f <- summary(follow)$table
  medians <- rbind(medians, data.frame(
    data = one[[1]], group = sub("group=", "", rownames(s)), n = s[, "records"],
    n_events = s[, "events"], median = s[, "median"], conf_low = s[, "0.95LCL"],
    conf_high = s[, "0.95UCL"], follow_up = f[, "median"], follow_up_low = f[, "0.95LCL"],
    follow_up_high = f[, "0.95UCL"], row.names = NULL
  ))
  at <- summary(fit, times = c(50, 100, 200, 365.25, 700), extend = FALSE)
  milestones <- rbind(milestones, data.frame(
    data = one[[1]], group = sub("group=", "", at$strata), time = at$time, n_at_risk = at$n.risk,
    survival = at$surv, conf_low = at$lower, conf_high = at$upper
  ))
}
write.csv(curves, "survival_curves.csv", row.names = FALSE, na = "", quote = FALSE)
write.csv(medians, "survival_medians.csv", row.names = FALSE, na = "", quote = FALSE)
write.csv(milestones, "survival_milestones.csv", row.names = FALSE, na = "", quote = FALSE)

tests <- groups <- NULL
record <- function(data, group, strata, fit) {
  total <- function(x) if (is.matrix(x)) rowSums(x) else x
  tests <<- rbind(tests, data.frame(
    data = data, group = group, strata = strata, chi_square = fit$chisq, df = length(fit$n) - 1,
    p_value = fit$pvalue, variance = fit$var[2, 2], covariance = fit$var[1, 2]
  ))
  groups <<- rbind(groups, data.frame(
    data = data, strata = strata, level = sub(".*=", "", names(fit$n)), n = as.vector(fit$n),
    observed = total(fit$obs), expected = total(fit$exp)
  ))
}
record("lung", "sex", "", survdiff(Surv(time, death) ~ sex, lung))
record("lung", "sex", "inst", survdiff(Surv(time, death) ~ sex + strata(inst), lung))
record("veteran", "celltype", "", survdiff(Surv(time, status) ~ celltype, veteran))
record("veteran", "celltype", "trt", survdiff(Surv(time, status) ~ celltype + strata(trt), veteran))
record("colon", "rx", "", survdiff(Surv(time, status) ~ rx, colon))
record("pbc", "stage", "sex", survdiff(Surv(time, death) ~ stage + strata(sex), pbc))
write.csv(tests, "survival_logrank.csv", row.names = FALSE, quote = FALSE)
write.csv(groups, "survival_logrank_groups.csv", row.names = FALSE, quote = FALSE)
