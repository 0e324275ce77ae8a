# Reference values for correlations and comparisons of proportions. Run here: Rscript association.R
source("record.R")

pbc <- read.csv("survival_pbc.csv")
pbc$below <- pbc$bili < 1
trial <- subset(pbc, !is.na(trt))
save_data(cbind(plant = rownames(longley), longley), "longley")

record_cor <- function(case, x, y, method, r, ...) {
  fit <- suppressWarnings(cor.test(x, y, method = method, ...))
  values <- list(estimate = fit$estimate, p_value = fit$p.value, statistic = fit$statistic)
  if (method == "pearson") {
    values <- c(values, df = fit$parameter, conf_low = fit$conf.int[1], conf_high = fit$conf.int[2])
  }
  if (method == "spearman") {
    n <- sum(complete.cases(x, y))
    z <- atanh(fit$estimate)
    error <- sqrt((1 + fit$estimate^2 / 2) / (n - 3))
    values <- c(values, conf_low = tanh(z - qnorm(0.975) * error), conf_high = tanh(z + qnorm(0.975) * error))
    tied <- any(duplicated(x[complete.cases(x, y)])) || any(duplicated(y[complete.cases(x, y)]))
    if (tied) values$statistic <- fit$estimate * sqrt((n - 2) / (1 - fit$estimate^2))
  }
  if (method == "kendall" && names(fit$statistic) == "T") values$statistic <- NULL
  do.call(record, c(list(case, r), values))
}

record_cor("pearson.pbc.albumin", pbc$bili, pbc$albumin, "pearson", "cor.test")
record_cor("spearman.pbc.copper", pbc$bili, pbc$copper, "spearman", "cor.test(method = 'spearman')")
record_cor("kendall.pbc.copper", pbc$bili, pbc$copper, "kendall", "cor.test(method = 'kendall')")
record_cor("spearman.longley", longley$GNP, longley$Unemployed, "spearman", "cor.test(method = 'spearman')")
record_cor("kendall.longley", longley$GNP, longley$Unemployed, "kendall", "cor.test(method = 'kendall')")
record_cor("spearman.longley.nine", longley$GNP[1:9], longley$Unemployed[1:9], "spearman", "cor.test(method = 'spearman')")

# Below the limit: everything below shares the lowest rank.
limited <- ifelse(pbc$below, 0, pbc$bili)
record_cor("spearman.pbc.limited", limited, pbc$albumin, "spearman", "cor.test on values tied below the limit")
record_cor("kendall.pbc.limited", limited, pbc$albumin, "kendall", "cor.test on values tied below the limit")

partial <- function(case, data, x, y, z, rank_too) {
  data <- data[complete.cases(data[, c(x, y, all.vars(z))]), ]
  if (rank_too) {
    for (name in c(x, y)) data[[name]] <- rank(data[[name]])
    for (name in all.vars(z)) if (is.numeric(data[[name]])) data[[name]] <- rank(data[[name]])
  }
  model <- model.matrix(z, data)
  left <- function(v) resid(lm(v ~ model - 1))
  r <- cor(left(data[[x]]), left(data[[y]]))
  k <- ncol(model) - 1
  n <- nrow(data)
  t <- r * sqrt((n - 2 - k) / (1 - r^2))
  error <- sqrt((if (rank_too) 1 + r^2 / 2 else 1) / (n - 3 - k))
  record(case, "cor(resid(lm(x ~ z)), resid(lm(y ~ z)))",
    estimate = r, statistic = t, df = n - 2 - k, p_value = 2 * pt(-abs(t), n - 2 - k),
    conf_low = tanh(atanh(r) - qnorm(0.975) * error), conf_high = tanh(atanh(r) + qnorm(0.975) * error), n = n
  )
}
pbc$stage_name <- factor(pbc$stage)
partial("partial.pbc", pbc, "bili", "platelet", ~ age + stage_name, FALSE)
partial("partial_spearman.pbc", pbc, "bili", "platelet", ~ age + stage_name, TRUE)

# fisher.test finds odds ratios to a tolerance of 1e-4 only; its own equations, solved further.
counts <- table(trial$ascites, trial$sex == "f")
fit <- fisher.test(counts)
m <- sum(counts[, 1])
n <- sum(counts[, 2])
k <- sum(counts[1, ])
support <- max(0, k - n):min(k, m)
density <- function(ratio) {
  d <- dhyper(support, m, n, k, log = TRUE) + log(ratio) * support
  d <- exp(d - max(d))
  d / sum(d)
}
solve_ratio <- function(f) exp(uniroot(function(l) f(density(exp(l))), c(-10, 10), tol = 1e-14)$root)
record("fisher.pbc.ascites", "fisher.test, its equations solved to 1e-14",
  estimate = solve_ratio(function(d) sum(support * d) - counts[1, 1]),
  conf_low = solve_ratio(function(d) sum(d[support >= counts[1, 1]]) - 0.025),
  conf_high = solve_ratio(function(d) sum(d[support <= counts[1, 1]]) - 0.025),
  p_value = fit$p.value
)
stopifnot(abs(fit$estimate - solve_ratio(function(d) sum(support * d) - counts[1, 1])) < 1e-3)
sexes <- split(trial$ascites, trial$sex)
wilson <- lapply(sexes, function(v) prop.test(sum(v), length(v), correct = FALSE)$conf.int)
shares <- lapply(sexes, mean)
record("risk_difference.pbc.ascites", "Newcombe's formula on prop.test(correct = FALSE)",
  estimate = shares$f - shares$m,
  conf_low = shares$f - shares$m - sqrt((shares$f - wilson$f[1])^2 + (wilson$m[2] - shares$m)^2),
  conf_high = shares$f - shares$m + sqrt((wilson$f[2] - shares$f)^2 + (shares$m - wilson$m[1])^2)
)
few <- pbc[1:60, ]
fit <- fisher.test(table(few$stage, few$edema), workspace = 2e7)
record("fisher.pbc.stage", "fisher.test", p_value = fit$p.value)
counts <- table(pbc$stage, pbc$edema)
fit <- chisq.test(counts, correct = FALSE)
noncentral <- function(p) {
  if (pchisq(fit$statistic, fit$parameter) <= p) return(0)
  uniroot(function(l) pchisq(fit$statistic, fit$parameter, l) - p, c(0, 1000), tol = 1e-12)$root
}
scale <- sum(counts) * (min(dim(counts)) - 1)
record("chi2.pbc.stage", "chisq.test(correct = FALSE), interval by pchisq(ncp =)",
  statistic = fit$statistic, df = fit$parameter, p_value = fit$p.value, estimate = sqrt(fit$statistic / scale),
  conf_low = sqrt(noncentral(0.975) / scale), conf_high = sqrt(noncentral(0.025) / scale)
)
fit <- chisq.test(table(trial$ascites, trial$sex), correct = FALSE)
record("chi2.pbc.ascites", "chisq.test(correct = FALSE)", statistic = fit$statistic, p_value = fit$p.value)
deaths <- table(pbc$stage, pbc$death)
fit <- prop.trend.test(deaths[, "1"], rowSums(deaths))
record("trend.pbc.death", "prop.trend.test", statistic = fit$statistic, p_value = fit$p.value)

fit <- prop.test(7, 39, correct = FALSE)
record("proportion.wilson", "prop.test(correct = FALSE)",
  estimate = 100 * fit$estimate, conf_low = 100 * fit$conf.int[1], conf_high = 100 * fit$conf.int[2]
)
fit <- binom.test(7, 39)
record("proportion.exact", "binom.test",
  estimate = 100 * fit$estimate, conf_low = 100 * fit$conf.int[1], conf_high = 100 * fit$conf.int[2]
)
fit <- binom.test(0, 15)
record("proportion.none", "binom.test",
  estimate = 0, conf_low = 0, conf_high = 100 * fit$conf.int[2]
)
finish("association")
