/* A patron's review of one channel: what its levels are worth, the chances over them, the level that follows. The same
   arithmetic as the rules of scenarios.rulebook, line by line, under the same names. For comparison only
   (benchmarks/hot_loop.py): the package does not use it. A sheet is a row of doubles in the order of
   scenarios.rulebook.traits and conditions. */

#include <math.h>
#include <stdint.h>

typedef struct {
    double material, acts, startup, convexity, visibility, provocation, sanctionable, exposed, paid, credit,
        interdictable, lag, shield_limit, war_competition, hold_effect, solvency_effect, trade, weight, need, request;
} ChannelTraits;
typedef struct { double loss, weight, growth; } Fear;
typedef struct {
    Fear bargain, business, peace;
    double provoked, threat, clash, payment_weight, credit, goods, budget, thrift, drain;
} Outlook;
typedef struct { double bargain_kept, business_kept, peace_kept, spent; } Beside;
typedef struct { double payment, bargain, secondary_sanctions, entrapment, material_cost; } Terms;
typedef struct { Terms low, middle, high; } Worth;
typedef struct {
    double rule, precision, commitment, startup, feasible, now, home, loss_aversion, aspiration;
} Chooser;
typedef struct { double none, low, middle, high; } Chances;

/* the sheets of benchmarks/hot_loop.py */
typedef struct {
    ChannelTraits channel;
    Outlook outlook;
    Beside beside;
    double shielded, need, bill_low, bill_middle, bill_high;
    Worth reference;
    Chooser chooser;
    double number;
} Case;
typedef struct {
    Worth worth;
    Chances chances;
    double level;
} Answer;

/* arithmetic */

static inline double exponential(double x) {
    x = x > 700.0 ? 700.0 : (x < -700.0 ? -700.0 : x);
    int64_t n = (int64_t)(x * 1.44269504088896338700 + (x >= 0.0 ? 0.5 : -0.5));
    double high = x - n * 6.93147180369123816490e-01;
    double low = n * 1.90821492927058770002e-10;
    double r = high - low;
    double t = r * r;
    double c = r - t * (1.66666666666666019037e-01 +
                        t * (-2.77777777770155933842e-03 +
                             t * (6.61375632143793436117e-05 +
                                  t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    union { int64_t bits; double value; } power_of_two = {(n + 1023) << 52};
    return (1.0 - ((low - (r * c) / (2.0 - c)) - high)) * power_of_two.value;
}

/* what the library's frexp gives for x > 0 above 2^-1022, without the time of a call */
static inline double split(double x, int *exponent) {
    union { double value; int64_t bits; } parts = {x};
    *exponent = (int)(parts.bits >> 52) - 1022;
    parts.bits = (parts.bits & 0x000fffffffffffff) | 0x3fe0000000000000;
    return parts.value;
}

static inline double logarithm(double x) {
    int exponent;
    double mantissa = split(x, &exponent);
    if (mantissa < 0.70710678118654752440) {
        mantissa = 2.0 * mantissa;
        exponent = exponent - 1;
    }
    double k = exponent;
    double f = mantissa - 1.0;
    double s = f / (2.0 + f);
    double z = s * s;
    double w = z * z;
    double t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double t2 = z * (6.666666666666735130e-01 +
                     w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double half = 0.5 * f * f;
    return k * 6.93147180369123816490e-01 -
           ((half - (s * (half + t1 + t2) + k * 1.90821492927058770002e-10)) - f);
}

/* worth */

static inline double share_of(double level) { return level * (1.0 / 3.0); }

static inline double dread(double probability, const Fear *fear) {
    if (fear->loss <= 0.0 || probability <= 0.0) return 0.0;
    return fear->loss * logarithm(1.0 + probability * fear->growth) / fear->weight;
}

static inline double thrift_cost(double thrift, double spent, double budget) {
    double share = spent / budget;
    share = share < 1.0 ? share : 1.0;
    return thrift * share * share * share;
}

static inline Terms terms_at(const Case *c, double spent, double level) {
    const ChannelTraits *channel = &c->channel;
    const Outlook *o = &c->outlook;
    double u = share_of(level);
    double lost = 1.0 - c->beside.bargain_kept * (1.0 - channel->provocation * o->provoked * u);
    double hurt = 1.0 - c->beside.business_kept * (1.0 - o->threat * (1.0 - c->shielded) * channel->sanctionable * u);
    double struck = 1.0 - c->beside.peace_kept * (1.0 - o->clash * channel->exposed * u);
    double counted = channel->credit * o->credit + (1.0 - channel->credit) * o->goods;
    Terms terms = {
        o->payment_weight * c->need * channel->paid * counted * sqrt(u),
        -dread(lost, &o->bargain),
        -dread(hurt, &o->business),
        -dread(struck, &o->peace),
        -thrift_cost(o->thrift, c->beside.spent + spent, o->budget),
    };
    return terms;
}

static inline Terms less(Terms a, Terms b) {
    Terms terms = {a.payment - b.payment, a.bargain - b.bargain, a.secondary_sanctions - b.secondary_sanctions,
                   a.entrapment - b.entrapment, a.material_cost - b.material_cost};
    return terms;
}

static inline double total(Terms t) {
    return t.payment + t.bargain + t.secondary_sanctions + t.entrapment + t.material_cost;
}

static inline Worth worth_of(const Case *c) {
    Terms none = terms_at(c, 0.0, 0.0);
    Worth worth = {less(terms_at(c, c->bill_low, 1.0), none), less(terms_at(c, c->bill_middle, 2.0), none),
                   less(terms_at(c, c->bill_high, 3.0), none)};
    return worth;
}

/* choice */

static inline double log_odds(const Chooser *chooser, double value, double level) {
    double away = chooser->home - level;
    away = away > 0.0 ? away : -away;
    double begun = chooser->now < 0.5 && level > 0.5 ? chooser->precision * chooser->startup : 0.0;
    return -chooser->commitment * away - begun + chooser->precision * value;
}

static inline Chances chances_of(const Case *c, const Worth *worth) {
    const Chooser *chooser = &c->chooser;
    Terms nothing = {0.0, 0.0, 0.0, 0.0, 0.0};
    double none = log_odds(chooser, total(less(nothing, nothing)), 0.0);
    double low = log_odds(chooser, total(less(worth->low, c->reference.low)), 1.0);
    double middle = log_odds(chooser, total(less(worth->middle, c->reference.middle)), 2.0);
    double high = log_odds(chooser, total(less(worth->high, c->reference.high)), 3.0);
    double best = none;
    best = chooser->feasible >= 1.0 && low > best ? low : best;
    best = chooser->feasible >= 2.0 && middle > best ? middle : best;
    best = chooser->feasible >= 3.0 && high > best ? high : best;
    none = exponential(none - best);
    low = chooser->feasible >= 1.0 ? exponential(low - best) : 0.0;
    middle = chooser->feasible >= 2.0 ? exponential(middle - best) : 0.0;
    high = chooser->feasible >= 3.0 ? exponential(high - best) : 0.0;
    double everything = none + low + middle + high;
    Chances chances = {none / everything, low / everything, middle / everything, high / everything};
    return chances;
}

static inline double level_at(const Chances *chances, double number) {
    double reach = chances->high;
    if (number < reach) return 3.0;
    reach = reach + chances->middle;
    if (number < reach) return 2.0;
    reach = reach + chances->low;
    return number < reach ? 1.0 : 0.0;
}

void play_cases(const Case *cases, Answer *answers, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        const Case *c = &cases[i];
        Worth worth = worth_of(c);
        Chances chances = chances_of(c, &worth);
        double target = level_at(&chances, c->number), now = c->chooser.now;
        Answer answer = {worth, chances, target > now ? now + 1.0 : (target < now ? now - 1.0 : now)};
        answers[i] = answer;
    }
}
