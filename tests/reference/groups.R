# Reference values for comparisons of two groups. Run here: Rscript groups.R
source("record.R")
library(survival)
library(coin)

pbc <- read.csv("survival_pbc.csv")
trial <- subset(pbc, !is.na(trt))
save_data(PlantGrowth, "plantgrowth")
save_data(subset(airquality, Month %in% c(5, 8)), "airquality")

record_rank <- function(case, x, y, r, ...) {
  fit <- wilcox.test(x, y, conf.int = TRUE, tol.root = 1e-12, ...)
  record(case, r,
    statistic = fit$statistic, p_value = fit$p.value,
    conf_low = fit$conf.int[1], conf_high = fit$conf.int[2]
  )
  fit
}

# Exact: no ties, small.
weight <- split(PlantGrowth$weight, PlantGrowth$group)
fit <- record_rank("mann_whitney.plantgrowth.trt2", weight$trt2, weight$ctrl, "wilcox.test")
record("mann_whitney.plantgrowth.trt2", "wilcox.test", estimate = fit$estimate, n1 = 10, n2 = 10)
fit <- record_rank("mann_whitney.plantgrowth.level90", weight$trt1, weight$ctrl, "wilcox.test(exact = TRUE)",
  conf.level = 0.9
)
# Ties, with missing values.
ozone <- split(airquality$Ozone, airquality$Month)
fit <- suppressWarnings(record_rank("mann_whitney.airquality", ozone[["8"]], ozone[["5"]], "wilcox.test"))
# Large, with ties.
bili <- split(pbc$bili, pbc$sex)
fit <- record_rank("mann_whitney.pbc.bili", bili$f, bili$m, "wilcox.test")
platelet <- split(trial$platelet, trial$hepato)
fit <- record_rank("mann_whitney.pbc.platelet", platelet[["1"]], platelet[["0"]], "wilcox.test")

newcombe <- function(won, m, n, level = 0.95) {
  theta <- won / (m * n)
  z <- qnorm((1 + level) / 2)
  half <- (m + n) / 2 - 1
  gap <- function(t) {
    (t - theta)^2 - z^2 * t * (1 - t) * (1 + half * ((1 - t) / (2 - t) + t / (1 + t))) / (m * n)
  }
  c(
    theta,
    uniroot(gap, c(0, theta - 1e-9), tol = 1e-14)$root,
    uniroot(gap, c(theta + 1e-9, 1), tol = 1e-14)$root
  )
}
won <- with(list(x = weight$trt2, y = weight$ctrl), sum(outer(x, y, ">")) + sum(outer(x, y, "==")) / 2)
share <- newcombe(won, 10, 10)
record("superiority.plantgrowth.trt2", "Newcombe's formula by uniroot",
  estimate = share[1], conf_low = share[2], conf_high = share[3]
)

for (equal in c(FALSE, TRUE)) {
  name <- if (equal) "student" else "welch"
  fit <- t.test(weight$trt2, weight$ctrl, var.equal = equal)
  record(paste0(name, ".plantgrowth.trt2"), if (equal) "t.test(var.equal = TRUE)" else "t.test",
    estimate = unname(-diff(fit$estimate)), std_error = fit$stderr, statistic = fit$statistic,
    df = fit$parameter, p_value = fit$p.value, conf_low = fit$conf.int[1], conf_high = fit$conf.int[2]
  )
}

two <- droplevels(subset(PlantGrowth, group != "trt2"))
few <- two[c(1:6, 11:17), ]
fit <- oneway_test(weight ~ group, data = few, distribution = "exact")
record("permutation.plantgrowth.few", "coin::oneway_test(distribution = 'exact')", p_value = pvalue(fit))
save_data(few, "plantgrowth_few")

# Left-censored: bilirubin below 1.0 mg/dl is taken as below a limit.
pbc$below <- pbc$bili < 1
pbc$bili_limited <- pmax(pbc$bili, 1)
record_ratio <- function(case, data, formula, coefficient, df_offset = 0) {
  fit <- survreg(formula, data = data, dist = "lognormal")
  m <- sum(fit$y[, 2] == 1)
  p <- length(coef(fit))
  frame <- model.frame(formula, data)
  x <- model.matrix(formula, frame)
  y <- frame[[1]]
  loglik <- function(at) {
    shift <- at * x[, coefficient]
    rest <- x[, colnames(x) != coefficient, drop = FALSE]
    survreg(y ~ rest - 1 + offset(shift), dist = "lognormal", control = list(rel.tolerance = 1e-12))$loglik[2]
  }
  best <- fit$loglik[2]
  cut <- m * log(1 + qt(0.975, m - p)^2 / (m - p))
  excess <- function(at) 2 * (best - loglik(at)) - cut
  b <- coef(fit)[[coefficient]]
  se <- sqrt(vcov(fit)[coefficient, coefficient])
  low <- uniroot(excess, c(b - 5 * se, b), tol = 1e-11)$root
  high <- uniroot(excess, c(b, b + 5 * se), tol = 1e-11)$root
  t <- sqrt((m - p) * expm1(2 * (best - loglik(0)) / m)) * sign(b)
  record(case, "survreg(dist = 'lognormal') and its profile by offset",
    estimate = exp(b), std_error = se, conf_low = exp(low), conf_high = exp(high),
    statistic = t, df = m - p, p_value = 2 * pt(-abs(t), m - p)
  )
  invisible(fit)
}
pbc$surv <- with(pbc, Surv(bili_limited, !below, type = "left"))
pbc$female <- as.numeric(pbc$sex == "f")
record_ratio("censored_lognormal.pbc.sex", pbc, surv ~ female, "female")
small <- pbc[1:24, ]
record_ratio("censored_lognormal.pbc.small", small, surv ~ female, "female")
fit <- record_ratio("censored_fit.pbc.age", pbc, surv ~ age + albumin + factor(edema), "age")
record("censored_fit.pbc.loglik", "survreg", log_likelihood = fit$loglik[2], sigma = fit$scale)

# One sample: the profile over mean, sigma or a centile maximises over the other parameter.
y <- log(pbc$bili_limited)
loglik <- function(mu, sigma) {
  sum(dnorm(y[!pbc$below], mu, sigma, log = TRUE)) + sum(pnorm(y[pbc$below], mu, sigma, log.p = TRUE))
}
fit <- survreg(surv ~ 1, data = pbc, dist = "lognormal", control = list(rel.tolerance = 1e-12))
m <- sum(!pbc$below)
cut <- m * log(1 + qt(0.975, m - 1)^2 / (m - 1))
z <- qnorm(0.975)
best <- loglik(coef(fit), fit$scale)
profiles <- list(
  mean = function(at) optimize(function(s) loglik(at, exp(s)), c(-3, 3), maximum = TRUE, tol = 1e-9)$objective,
  sigma = function(at) optimize(function(mu) loglik(mu, exp(at)), c(-3, 3), maximum = TRUE, tol = 1e-9)$objective,
  centile = function(at) {
    optimize(function(s) loglik(at - z * exp(s), exp(s)), c(-3, 3), maximum = TRUE, tol = 1e-9)$objective
  }
)
quantile <- predict(fit, newdata = pbc[1, ], type = "uquantile", p = 0.975, se.fit = TRUE)
found <- list(
  mean = c(coef(fit), sqrt(vcov(fit)[1, 1])),
  sigma = c(log(fit$scale), sqrt(vcov(fit)[2, 2])),
  centile = c(quantile$fit[1], quantile$se.fit[1])
)
for (what in names(found)) {
  b <- found[[what]][1]
  se <- found[[what]][2]
  excess <- function(at) 2 * (best - profiles[[what]](at)) - cut
  record(paste0("censored_fit.pbc.", what), "survreg and its profile by optimize",
    estimate = exp(b), std_error = se,
    conf_low = exp(uniroot(excess, c(b - 5 * se, b), tol = 1e-11)$root),
    conf_high = exp(uniroot(excess, c(b, b + 5 * se), tol = 1e-11)$root)
  )
}
few <- pbc[c(1, 3, 4, 5, 6, 14), ]
fit <- lm(log(bili) ~ female, data = few)
found <- summary(fit)$coefficients["female", ]
limits <- exp(confint(fit)["female", ])
record("censored_lognormal.uncensored", "confint(lm(log(y) ~ x))",
  estimate = exp(found[1]), conf_low = limits[1], conf_high = limits[2],
  statistic = found[3], p_value = found[4], df = 4
)

flipped <- with(pbc, Surv(50 - bili_limited, !below))
fit <- survdiff(flipped ~ sex, data = pbc, rho = 1)
record("peto_peto.pbc.sex", "survdiff(Surv(50 - y, above) ~ g, rho = 1)",
  statistic = fit$chisq, p_value = fit$pvalue, df = 1
)
# Two limits.
pbc$below2 <- pbc$bili < ifelse(pbc$id %% 2 == 0, 1, 2)
pbc$bili_limited2 <- pmax(pbc$bili, ifelse(pbc$id %% 2 == 0, 1, 2))
flipped <- with(pbc, Surv(50 - bili_limited2, !below2))
fit <- survdiff(flipped ~ sex, data = pbc, rho = 1)
record("peto_peto.pbc.two_limits", "survdiff(Surv(50 - y, above) ~ g, rho = 1)",
  statistic = fit$chisq, p_value = fit$pvalue, df = 1
)
finish("groups")
