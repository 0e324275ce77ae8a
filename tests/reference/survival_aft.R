# Accelerated failure time models. Run from this folder: Rscript survival_aft.R
library(survival)
lung$death <- as.integer(lung$status == 2)
veteran$celltype <- factor(veteran$celltype, levels = c("squamous", "smallcell", "adeno", "large"))
terms <- NULL
for (one in list(
  list("lung", lung, Surv(time, death) ~ age + sex), list("veteran", veteran, Surv(time, status) ~ celltype + karno)
)) for (distribution in c("weibull", "lognormal", "loglogistic")) {
  fit <- survreg(one[[3]], one[[2]], dist = distribution, control = list(rel.tolerance = 1e-13))
  table <- summary(fit)$table
  table <- table[setdiff(rownames(table), c("(Intercept)", "Log(scale)")), ]
  terms <- rbind(terms, data.frame(
    data = one[[1]], distribution = distribution, term = rownames(table), log_ratio = table[, 1],
    std_error = table[, 2], statistic = table[, 3], p_value = table[, 4],
    lr = 2 * diff(fit$loglik), row.names = NULL
  ))
}
write.csv(terms, "survival_aft.csv", row.names = FALSE, quote = FALSE)
