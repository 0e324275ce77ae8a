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
finish("survival")
