# Reference values for the laboratory methods. Run once, by hand, from this folder:
#   Rscript laboratory.R
# The tests read the CSV files this writes and never call R. Data sets are those shipped with R and
# with the packages named; each is exported beside the values computed from it.
library(multcomp)
library(mvtnorm)
library(psych)
library(vcd)
library(lme4)
library(lmerTest)
library(irrCAC)

out <- function(x, name) {
  write.csv(x, paste0("laboratory_", name, ".csv"), row.names = FALSE, quote = FALSE)
}
options(digits = 15)

# Blocked contrasts: barley yields of five varieties at six locations (MASS::immer, Immer 1934),
# complete, and with two cells missing.
immer <- transform(MASS::immer[, c("Loc", "Var", "Y1")], Var = relevel(Var, ref = "M"))
out(immer, "immer")
dunnett <- function(data, design) {
  fit <- aov(Y1 ~ Var + Loc, data)
  compared <- glht(fit, linfct = mcp(Var = "Dunnett"))
  tests <- summary(compared, test = univariate())$test
  correlation <- cov2cor(vcov(compared))
  # Complete blocks: every correlation is 1/2 and the probability is a double integral; otherwise
  # mvtnorm's lattice, whose error is some 2e-7.
  integral <- function(bound) {
    inside <- function(u, s) {
      edge <- bound * s / sqrt(fit$df.residual)
      (pnorm((edge - sqrt(0.5) * u) / sqrt(0.5)) - pnorm((-edge - sqrt(0.5) * u) / sqrt(0.5)))^4
    }
    given_scale <- function(s) {
      integrate(function(u) dnorm(u) * inside(u, s), -Inf, Inf, rel.tol = 1e-11)$value
    }
    density <- function(s) 2 * s * dchisq(s^2, fit$df.residual)
    integrate(function(s) density(s) * sapply(s, given_scale), 0, Inf, rel.tol = 1e-10)$value
  }
  lattice <- function(bound) {
    set.seed(1)
    pmvt(rep(-bound, 4), rep(bound, 4), df = fit$df.residual, corr = correlation,
         algorithm = GenzBretz(abseps = 2e-7, maxpts = 1e6))[1]
  }
  within <- if (design == "complete") integral else lattice
  critical <- uniroot(function(bound) within(bound) - 0.95, c(2, 4), tol = 1e-9)$root
  data.frame(design, contrast = names(tests$coefficients), estimate = tests$coefficients,
             std_error = tests$sigma, statistic = tests$tstat, df = fit$df.residual,
             p_value = as.numeric(tests$pvalues),
             p_adjusted = 1 - sapply(abs(tests$tstat), within),
             conf_low = tests$coefficients - critical * tests$sigma,
             conf_high = tests$coefficients + critical * tests$sigma)
}
out(rbind(dunnett(immer, "complete"), dunnett(immer[-c(3, 17), ], "incomplete")), "dunnett")

# Exact sign-flip test of every variety against M: all 2^6 sign patterns of the differences.
flips <- as.matrix(expand.grid(rep(list(c(-1, 1)), 6)))
sign_flip <- sapply(setdiff(levels(immer$Var), "M"), function(variety) {
  difference <- immer$Y1[immer$Var == variety] - immer$Y1[immer$Var == "M"]
  mean(abs(flips %*% difference) >= abs(sum(difference)) - 1e-9)
})
out(data.frame(variety = names(sign_flip), p_value = sign_flip), "sign_flip")

# Dose response: the DNase assay, run 1 (datasets::DNase), and runs 1 to 3 with a shift per run.
dnase <- as.data.frame(DNase)[DNase$Run %in% c("1", "2", "3"), ]
dnase$Run <- as.integer(as.character(dnase$Run))
out(dnase[order(dnase$Run), ], "dnase")
profile_end <- function(fit, refit, target, far) {
  s2 <- deviance(fit) / df.residual(fit)
  excess <- function(x) (refit(x) - deviance(fit)) / s2 - qf(0.95, 1, df.residual(fit))
  uniroot(excess, sort(c(target, far)), tol = 1e-12)$root
}
# With the midpoint and the slope held, the curve is linear: the profile needs one dimension only.
refit <- function(data) {
  design <- function(x, scal) {
    rise <- 1 / (1 + exp((x - log(data$conc)) / scal))
    if (length(unique(data$Run)) == 1) cbind(1, rise) else cbind(model.matrix(~ factor(Run), data), rise)
  }
  function(x) {
    rss <- function(scal) sum(lm.fit(design(x, scal), data$density)$residuals^2)
    optimize(rss, c(0.3, 3), tol = 1e-10)$objective
  }
}
tight <- nls.control(maxiter = 500, tol = 1e-6, minFactor = 1e-10)
one <- dnase[dnase$Run == 1, ]
start <- coef(nls(density ~ SSfpl(log(conc), lower, upper, xmid, scal), one))
four <- nls(density ~ lower + (upper - lower) / (1 + exp((xmid - log(conc)) / scal)), one,
            start = start, control = tight)
shifted <- nls(density ~ base[Run] + span / (1 + exp((xmid - log(conc)) / scal)), dnase,
               start = list(base = rep(start[["lower"]], 3),
                            span = start[["upper"]] - start[["lower"]],
                            xmid = start[["xmid"]], scal = start[["scal"]]), control = tight)
curve_rows <- function(data, fit, refit, span) {
  xmid <- coef(fit)[["xmid"]]
  se <- summary(fit)$coefficients["xmid", "Std. Error"]
  data.frame(data, ec50 = exp(xmid), log_std_error = se, slope = 1 / coef(fit)[["scal"]],
             span = span, df = df.residual(fit), rss = deviance(fit),
             conf_low = exp(profile_end(fit, refit, xmid, xmid - 6 * se)),
             conf_high = exp(profile_end(fit, refit, xmid, xmid + 6 * se)))
}
out(rbind(curve_rows("run_1", four, refit(one), coef(four)[["upper"]] - coef(four)[["lower"]]),
          curve_rows("runs_1_to_3", shifted, refit(dnase), coef(shifted)[["span"]])),
    "dose_response")

# Agreement. Ratings of Shrout and Fleiss (1979) as psych prints them; two raters of sexual fun
# (vcd::SexualFun); three categories of two abstractors (irrCAC::cont3x3abstractors).
ratings <- data.frame(rater_1 = c(9, 6, 8, 7, 10, 6), rater_2 = c(2, 1, 4, 1, 5, 2),
                      rater_3 = c(5, 3, 6, 2, 6, 4), rater_4 = c(8, 2, 8, 6, 9, 7))
out(ratings, "shrout_fleiss")
icc <- ICC(ratings, lmer = FALSE)$results["Single_random_raters", ]
out(data.frame(estimate = icc$ICC, statistic = icc$F, df1 = icc$df1, df2 = icc$df2, p_value = icc$p,
               conf_low = icc$`lower bound`, conf_high = icc$`upper bound`), "icc")
out(as.data.frame(unclass(SexualFun)), "sexual_fun")
fun <- Kappa(SexualFun, weights = "Fleiss-Cohen")$Weighted
psych_fun <- cohen.kappa(matrix(SexualFun, 4))
out(data.frame(estimate = fun[["value"]], std_error = fun[["ASE"]],
               psych_estimate = psych_fun$weighted.kappa,
               psych_std_error = sqrt(psych_fun$var.weighted)), "weighted_kappa")
out(as.data.frame(cont3x3abstractors), "abstractors")
table_ac2 <- gwet.ac1.table(cont3x3abstractors, weights = quadratic.weights(1:3))
table_pa <- pa2.table(cont3x3abstractors)
raw_ac2 <- function(x) {
  coefficient <- gwet.ac1.raw(x, weights = "quadratic", categ.labels = 1:10)$est
  c(coefficient$coeff.val, coefficient$coeff.se)
}

# Mixed models: sleepstudy (lme4) and Orthodont (nlme), REML, Satterthwaite degrees of freedom.
out(sleepstudy, "sleepstudy")
orthodont <- as.data.frame(nlme::Orthodont)
orthodont$Subject <- as.character(orthodont$Subject)
out(orthodont, "orthodont")
rows <- function(model, formula, data) {
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5))
  fit <- lmerTest::lmer(formula, data, control = control)
  table <- summary(fit)$coefficients
  data.frame(model, term = rownames(table), estimate = table[, 1], std_error = table[, 2],
             df = table[, 3], statistic = table[, 4], p_value = table[, 5],
             residual_variance = sigma(fit)^2)
}
out(rbind(rows("sleepstudy_intercept", Reaction ~ Days + (1 | Subject), sleepstudy),
          rows("sleepstudy_slope", Reaction ~ Days + (Days | Subject), sleepstudy),
          rows("orthodont", distance ~ age * Sex + (1 | Subject), orthodont),
          rows("immer", Y1 ~ Var + (1 | Loc), immer)), "satterthwaite")

# Random effects that the data cannot tell apart: the maximum lies where they go together perfectly.
singular <- lme4::lmer(Reaction ~ Days + (Days | Subject),
                       subset(sleepstudy, Days %in% 5:7 & Subject %in% levels(Subject)[1:9]),
                       control = lmerControl(optimizer = "bobyqa",
                                             optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
out(data.frame(estimate = fixef(singular), std_error = sqrt(diag(as.matrix(vcov(singular)))),
               residual_variance = sigma(singular)^2), "singular")

# Ratio of two paired means: Fieller's set is what a paired t-test does not reject.
drift <- with(sleep, data.frame(a = extra[group == 2], b = extra[group == 2] - extra[group == 1]))
drift$a <- drift$a + 1
drift$b <- drift$b + 2
out(drift, "paired")
end <- function(from, to) {
  uniroot(function(r) t.test(drift$a - r * drift$b)$p.value - 0.05, c(from, to), tol = 1e-13)$root
}
ratio <- mean(drift$a) / mean(drift$b)
out(data.frame(estimate = ratio, conf_low = end(ratio - 1, ratio), conf_high = end(ratio, ratio + 1)),
    "fieller")

# Ordinal scores: gears of cars by transmission (datasets::mtcars), all and the 20 thirstiest; exact in
# spite of ties.
ordinal <- function(data, rows) {
  test <- coin::wilcox_test(gear ~ factor(am), data[rows, ], distribution = "exact")
  as.numeric(coin::pvalue(test))
}
cars <- mtcars[order(mtcars$mpg), c("gear", "am")]
out(cars, "cars")
out(data.frame(rows = c(32, 20), p_value = c(ordinal(cars, 1:32), ordinal(cars, 1:20))), "ordinal")

writeLines(capture.output(sessionInfo()), "laboratory_session.txt")
