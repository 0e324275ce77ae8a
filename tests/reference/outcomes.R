# Reference values for the analysis of skin scores. Run once, by hand, from this folder:
#   Rscript outcomes.R
# The tests read the CSV this writes and never call R.
source("record.R")
library(lmerTest)

# Sums of coefficients of a mixed model with random slopes, where groups differ in size.
sleep <- read.csv("laboratory_sleepstudy.csv")
sleep <- sleep[!(seq_len(nrow(sleep)) %% 7 == 3 | (sleep$Subject %in% c(309, 331) & sleep$Days > 5)), ]
fit <- lmer(Reaction ~ Days + (Days | Subject), sleep,
            control = lmerControl("bobyqa", optCtrl = list(rhoend = 1e-10)))
for (weights in list(c(1, 0), c(0, 1), c(1, 9), c(0, 5))) {
  found <- contest1D(fit, weights, confint = TRUE)
  record(paste("mixed", paste(weights, collapse = " ")), "lmerTest::contest1D",
         estimate = found$Estimate, std_error = found$`Std. Error`, df = found$df,
         p_value = found$`Pr(>|t|)`, conf_low = found$lower, conf_high = found$upper)
}

# Least squares: an analysis of covariance, and a model with a factor of several levels.
linear <- function(case, formula, data) {
  fit <- lm(formula, data)
  table <- cbind(coef(summary(fit)), confint(fit))
  for (term in rownames(table)) {
    row <- unname(table[term, ])
    record(paste(case, term), "lm", estimate = row[1], std_error = row[2], statistic = row[3],
           p_value = row[4], conf_low = row[5], conf_high = row[6], df = fit$df.residual)
  }
}
linear("airquality", Ozone ~ Wind + Temp, read.csv("data/airquality.csv"))
linear("plantgrowth", weight ~ group, read.csv("data/plantgrowth.csv"))

finish("outcomes")
