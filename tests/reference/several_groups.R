# Reference values for comparisons of several groups. Run here: Rscript several_groups.R
source("record.R")
library(survival)

pbc <- read.csv("survival_pbc.csv")
below <- pbc$bili < 1
limited <- pmax(pbc$bili, 1)

noncentral <- function(x, df, p) {
  if (pchisq(x, df) <= p) return(0)
  uniroot(function(l) pchisq(x, df, l) - p, c(0, 1000), tol = 1e-12)$root
}
record_kruskal <- function(case, x, g) {
  fit <- kruskal.test(x, g)
  n <- sum(complete.cases(x, g))
  record(case, "kruskal.test, interval by pchisq(ncp =)",
    statistic = fit$statistic, df = fit$parameter, p_value = fit$p.value, estimate = fit$statistic / (n - 1),
    conf_low = noncentral(fit$statistic, fit$parameter, 0.975) / (n - 1),
    conf_high = noncentral(fit$statistic, fit$parameter, 0.025) / (n - 1), n = n
  )
}
record_kruskal("kruskal.plantgrowth", PlantGrowth$weight, PlantGrowth$group)
record_kruskal("kruskal.pbc.stage", pbc$bili, pbc$stage)

dunn <- function(case, x, g, first, second) {
  keep <- complete.cases(x, g)
  x <- x[keep]
  g <- factor(g[keep])
  r <- rank(x)
  n <- length(x)
  ties <- table(x)
  variance <- n * (n + 1) / 12 - sum(ties^3 - ties) / (12 * (n - 1))
  pairs <- combn(levels(g), 2)
  z <- apply(pairs, 2, function(p) {
    (mean(r[g == p[2]]) - mean(r[g == p[1]])) / sqrt(variance * (1 / sum(g == p[1]) + 1 / sum(g == p[2])))
  })
  p <- 2 * pnorm(-abs(z))
  here <- which(pairs[1, ] == second & pairs[2, ] == first)
  record(case, "Dunn's formula and p.adjust", statistic = z[here], p_value = p[here], p_adjusted = p.adjust(p, "holm")[here])
}
dunn("dunn.pbc.stage42", pbc$bili, pbc$stage, "4", "2")
dunn("dunn.plantgrowth", PlantGrowth$weight, PlantGrowth$group, "trt2", "trt1")

fit <- oneway.test(weight ~ group, PlantGrowth)
f <- fit$statistic
df <- fit$parameter
# Welch's denominator degrees of freedom are those of the test; the share is of all the variation.
share <- function(f) max((f - 1) * df[1] / (f * df[1] + nrow(PlantGrowth) - 3), 0)
ncp <- sapply(c(0.975, 0.025), function(p) {
  if (pf(f, df[1], df[2]) <= p) return(0)
  uniroot(function(l) pf(f, df[1], df[2], l) - p, c(0, 200), tol = 1e-12)$root
})
record("welch_anova.plantgrowth", "oneway.test, interval by pf(ncp =)",
  statistic = f, df = df[1], p_value = fit$p.value, estimate = share(f),
  conf_low = share(1 + ncp[1] / df[1]), conf_high = share(1 + ncp[2] / df[1])
)
fit <- t.test(PlantGrowth$weight[PlantGrowth$group == "trt2"], PlantGrowth$weight[PlantGrowth$group == "trt1"])
record("welch_pair.plantgrowth", "t.test",
  estimate = -diff(fit$estimate), p_value = fit$p.value, conf_low = fit$conf.int[1], conf_high = fit$conf.int[2]
)

fit <- survdiff(Surv(50 - limited, !below) ~ pbc$stage, rho = 1)
record("peto_peto.pbc.stage", "survdiff(Surv(50 - y, above) ~ g, rho = 1)",
  statistic = fit$chisq, df = 3, p_value = fit$pvalue
)
fit <- cor.test(pbc$stage, pbc$bili, method = "kendall", exact = FALSE)
record("jonckheere.pbc.stage", "cor.test(method = 'kendall', exact = FALSE)",
  estimate = fit$estimate, statistic = fit$statistic, p_value = fit$p.value
)
finish("several_groups")
