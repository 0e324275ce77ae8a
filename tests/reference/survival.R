# One row per survival statistic for the page of agreement. Run here: Rscript survival.R
# (Whole curves, cuts and residuals are written by the survival_*.R scripts.)
source("record.R")
suppressMessages({
  library(survival)
  library(maxstat)
})
lung$death <- as.integer(lung$status == 2)
pbc$death <- as.integer(pbc$status == 2)
colon <- subset(colon, etype == 2)
exact <- coxph.control(eps = 1e-12, toler.chol = 1e-14)

fit <- survfit(Surv(time, death) ~ sex, lung, conf.type = "log-log")
call <- "survfit(conf.type = 'log-log')"
for (sex in 1:2) {
  row <- summary(fit)$table[sex, ]
  record(paste0("median.lung.", sex), call, estimate = row["median"], conf_low = row["0.95LCL"],
    conf_high = row["0.95UCL"], n = row["records"], n_events = row["events"])
  at <- summary(fit[sex], times = 365)
  record(paste0("milestone.lung.", sex), paste0("summary(", call, ", times = 365)"), estimate = at$surv,
    conf_low = at$lower, conf_high = at$upper)
  mean <- summary(fit, rmean = 500)$table[sex, ]
  record(paste0("restricted_mean.lung.", sex), "print(survfit(), rmean = 500)", estimate = mean["rmean"],
    std_error = mean["se(rmean)"])
}
follow <- summary(survfit(Surv(time, 1 - death) ~ 1, pbc, conf.type = "log-log"))$table
record("follow_up.pbc", "survfit(Surv(time, 1 - death) ~ 1)", estimate = follow["median"],
  conf_low = follow["0.95LCL"], conf_high = follow["0.95UCL"])

for (one in list(list("lung", survdiff(Surv(time, death) ~ sex, lung)), list("colon", survdiff(Surv(time, status) ~ rx, colon)))) {
  record(paste0("logrank.", one[[1]]), "survdiff()", statistic = one[[2]]$chisq,
    df = length(one[[2]]$n) - 1, p_value = one[[2]]$pvalue)
}

cox <- coxph(Surv(time, death) ~ age + bili + albumin, pbc, control = exact)
s <- summary(cox)
for (term in rownames(s$coefficients)) {
  record(paste0("cox.pbc.", term), "coxph()", estimate = s$conf.int[term, 1], std_error = s$coefficients[term, 3],
    statistic = s$coefficients[term, 4], p_value = s$coefficients[term, 5], conf_low = s$conf.int[term, 3],
    conf_high = s$conf.int[term, 4])
  zph <- cox.zph(cox)$table[term, ]
  record(paste0("proportional_hazards.pbc.", term), "cox.zph()", statistic = zph[1], df = zph[2], p_value = zph[3])
}
zph <- cox.zph(cox)$table["GLOBAL", ]
record("proportional_hazards.pbc.overall", "cox.zph()", statistic = zph[1], df = zph[2], p_value = zph[3])
record("cox.pbc.concordance", "concordance(coxph())", estimate = s$concordance[1], std_error = s$concordance[2])
record("cox.pbc.likelihood_ratio", "coxph()", statistic = s$logtest[1], df = s$logtest[2], p_value = s$logtest[3])

aft <- summary(survreg(Surv(time, death) ~ age + sex, lung, control = list(rel.tolerance = 1e-13)))$table
for (term in c("age", "sex")) {
  record(paste0("failure_time.lung.", term), "survreg()", estimate = exp(aft[term, 1]), std_error = aft[term, 2],
    statistic = aft[term, 3], p_value = aft[term, 4])
}
cut <- maxstat.test(Surv(time, death) ~ age, lung, smethod = "LogRank", pmethod = "Lau94")
record("cutpoint.lung", "maxstat.test(pmethod = 'Lau94')", cut = cut$estimate, statistic = cut$statistic,
  p_lausen_1994 = cut$p.value)

# A baseline hazard of its own in each stratum.
cox <- coxph(Surv(time, death) ~ age + bili + albumin + strata(stage), pbc, control = exact)
s <- summary(cox)
for (term in rownames(s$coefficients)) {
  record(paste0("stratified.pbc.", term), "coxph(~ ... + strata(stage))", estimate = s$conf.int[term, 1],
    std_error = s$coefficients[term, 3], statistic = s$coefficients[term, 4], p_value = s$coefficients[term, 5])
  zph <- cox.zph(cox)$table[term, ]
  record(paste0("stratified_hazards.pbc.", term), "cox.zph()", statistic = zph[1], df = zph[2], p_value = zph[3])
}
record("stratified.pbc.concordance", "concordance(coxph())", estimate = s$concordance[1], std_error = s$concordance[2])
record("stratified.pbc.likelihood_ratio", "coxph(~ ... + strata(stage))", statistic = s$logtest[1], df = s$logtest[2],
  p_value = s$logtest[3])

# Area under the ROC curve at a time, by hand: those with the event until then, weighted by the inverse of the
# Kaplan-Meier estimate of not having left, against those followed beyond. People leave after the events of a day.
# The standard error is the infinitesimal jackknife, by numerical derivatives with respect to case weights.
area_at <- function(d, marker, at, w) {
  d$later <- d$time + 0.25 * (1 - d$death)
  stay <- survfit(Surv(later, 1 - death) ~ 1, d, weights = w)
  before <- function(t) c(1, stay$surv)[findInterval(t, stay$time, left.open = TRUE) + 1]
  case <- d$death == 1 & d$time <= at
  control <- d$time > at
  weight <- w[case] / before(d$time[case])
  beats <- outer(d[[marker]][case], d[[marker]][control], function(a, b) (a > b) + (a == b) / 2)
  sum(weight * (beats %*% w[control])) / sum(weight) / sum(w[control])
}
for (at in c(1000, 3000)) for (marker in c("bili", "age")) {
  one <- rep(1, nrow(pbc))
  step <- 1e-4
  pull <- sapply(seq_len(nrow(pbc)), function(i) {
    up <- down <- one
    up[i] <- 1 + step
    down[i] <- 1 - step
    (area_at(pbc, marker, at, up) - area_at(pbc, marker, at, down)) / (2 * step)
  })
  record(paste0("time_dependent_roc.pbc.", marker, ".", at), "survfit(Surv(time, 1 - death)), by hand",
    estimate = area_at(pbc, marker, at, one), std_error = sqrt(sum(pull^2)))
}

# What it takes: formulas of VanderWeele and Ding (2017) and of Schoenfeld (1983).
for (rare in c(TRUE, FALSE)) {
  ratio <- summary(coxph(Surv(time, death) ~ sex, lung, control = exact))$conf.int
  evidence <- function(hr) {
    rr <- if (rare) hr else (1 - 0.5^sqrt(hr)) / (1 - 0.5^sqrt(1 / hr))
    rr <- max(rr, 1 / rr)
    rr + sqrt(rr * (rr - 1))
  }
  case <- paste0("e_value.lung.", if (rare) "rare" else "common")
  record(case, "E-value of coxph(), by formula", estimate = evidence(ratio[1]))
  record(paste0(case, ".limit"), "E-value of coxph(), by formula", estimate = evidence(ratio[4]))
}
for (deaths in c(17, 165)) {
  record(paste0("detectable.", deaths), "exp((qnorm(0.975) + qnorm(0.8)) / sqrt(d * p * (1 - p)))",
    estimate = exp((qnorm(0.975) + qnorm(0.8)) / sqrt(deaths * 0.4 * 0.6)))
}
finish("survival")
