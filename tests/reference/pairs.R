# Reference values for pairs, one sample and ROC curves. Run here: Rscript pairs.R
source("record.R")
library(pROC)

wide <- split(sleep$extra, sleep$group)
save_data(sleep, "sleep")
fit <- t.test(wide[[2]], wide[[1]], paired = TRUE)
record("paired_t.sleep", "t.test(paired = TRUE)",
  estimate = fit$estimate, std_error = fit$stderr, statistic = fit$statistic, df = fit$parameter,
  p_value = fit$p.value, conf_low = fit$conf.int[1], conf_high = fit$conf.int[2]
)
fit <- suppressWarnings(wilcox.test(wide[[2]], wide[[1]], paired = TRUE, conf.int = TRUE, tol.root = 1e-12))
record("signed_rank.sleep", "wilcox.test(paired = TRUE)", statistic = fit$statistic, p_value = fit$p.value)

pbc <- read.csv("survival_pbc.csv")
fit <- wilcox.test(PlantGrowth$weight[1:10], mu = 5, conf.int = TRUE)
record("signed_rank.plantgrowth", "wilcox.test(mu = 5, conf.int = TRUE)",
  statistic = fit$statistic, p_value = fit$p.value, estimate = fit$estimate - 5,
  conf_low = fit$conf.int[1] - 5, conf_high = fit$conf.int[2] - 5
)
fit <- wilcox.test(pbc$albumin, mu = 3.5, conf.int = TRUE, digits.rank = 12, tol.root = 1e-12)
record("signed_rank.pbc.albumin", "wilcox.test(mu = 3.5, conf.int = TRUE, digits.rank = 12)",
  p_value = fit$p.value, conf_low = fit$conf.int[1] - 3.5, conf_high = fit$conf.int[2] - 3.5
)
fit <- t.test(pbc$albumin, mu = 3.5)
record("one_sample_t.pbc.albumin", "t.test(mu = 3.5)",
  estimate = fit$estimate - 3.5, statistic = fit$statistic, df = fit$parameter, p_value = fit$p.value,
  conf_low = fit$conf.int[1] - 3.5, conf_high = fit$conf.int[2] - 3.5
)

data(aSAH)
aSAH$poor <- as.numeric(aSAH$outcome == "Poor")
save_data(aSAH[, c("poor", "s100b", "ndka")], "asah")
for (marker in c("s100b", "ndka")) {
  curve <- roc(aSAH$poor, aSAH[[marker]], direction = "<", quiet = TRUE)
  interval <- ci.auc(curve, method = "delong")
  best <- coords(curve, "best", best.method = "youden", transpose = FALSE)
  record(paste0("roc.asah.", marker), "pROC::ci.auc, pROC::coords('best')",
    estimate = as.numeric(curve$auc), conf_low = interval[1], conf_high = interval[3], std_error = sqrt(var(curve)),
    cut = best$threshold[1], sensitivity = 100 * best$sensitivity[1], specificity = 100 * best$specificity[1]
  )
}
finish("pairs")
