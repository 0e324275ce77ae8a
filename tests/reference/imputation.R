# Rubin's rules on fixed numbers, and chained equations on the rows of R's airquality that the other tests use.
# Run from this folder: Rscript imputation.R
suppressPackageStartupMessages(library(mice))
source("record.R")

cases <- list(
  ten = list(q = c(0.31, 0.52, 0.44, 0.61, 0.29, 0.40, 0.55, 0.48, 0.37, 0.50), u = seq(0.04, 0.058, 0.002)),
  five = list(q = c(1.2, 0.9, 1.6, 1.1, 0.7), u = c(0.2, 0.25, 0.22, 0.3, 0.18)^2),
  alike = list(q = c(2.01, 2.00, 1.99), u = c(0.25, 0.25, 0.25))
)
for (name in names(cases)) for (dfcom in c(12, 34, 1e9, Inf)) {
  case <- cases[[name]]
  if (is.infinite(dfcom)) pooled <- pool.scalar(case$q, case$u)
  else pooled <- pool.scalar(case$q, case$u, n = dfcom + 1, k = 1)
  record(paste0(name, "_", dfcom), "mice::pool.scalar",
    value = pooled$qbar, std_error = sqrt(pooled$t), df = pooled$df, missing_information = pooled$fmi)
}

set.seed(1)
air <- read.csv("data/airquality.csv")[, c("Ozone", "Solar.R", "Wind", "Temp")]
air$Ozone <- log(air$Ozone)
fits <- with(mice(air, m = 200, maxit = 10, method = "norm", printFlag = FALSE), lm(Ozone ~ Solar.R + Wind + Temp))
pooled <- summary(pool(fits))
for (row in seq_len(nrow(pooled))) record(paste0("airquality_", pooled$term[row]), "mice::mice(method = 'norm', m = 200)",
  value = pooled$estimate[row], std_error = pooled$std.error[row], df = pooled$df[row])
finish("imputation")
