/* One patron's weekly turn and its review of one channel: the same arithmetic as the rules of
   scenarios.rulebook, line by line, under the same names. For comparison only (benchmarks/hot_loop.py):
   the package does not use it. A sheet is a row of doubles in the order of scenarios.rulebook.traits and conditions. */

#include <math.h>
#include <stdint.h>

#define NEVER 1.0e9
#define THIRD (1.0 / 3.0)
#define SCRIPTED 0
#define ALERTED 1.0
#define THREATENED 2.0

typedef struct {
    double rho, company, sanction_weight, clash_probability, cost_scale, price_elasticity, war_price, credit_years,
        bargain_floor,
        outlive, alerted_rate, threatened_rate, deal_rate, deal_worth, deal_duration, belief_kept, followed, bluffed,
        helped, stood_by, precedent, bluff_weight, request_fade, request_grace, shield_growth, shield_decay, elusive,
        recovery, leader_spread, anticipation, loss_aversion, aspiration, hysteresis, domestic_floor;
} ModelTraits;

typedef struct {
    double rung, presence, interdiction, escalation_rate, ramp_rate, ramp_top, easing_rate, resolve, cost_tolerance,
        support_sensitivity, support_reference, clash_sensitivity, fatigue_sensitivity, fatigue_growth, fatigue_decay,
        fatigue_rung, deployment_lag, threat_rung, threat_rate, threat_delay, threat_decay, follow_through,
        interdiction_rung, interdiction_rate, interdiction_end, interdiction_strength, removal_rate, removal_rung;
} CoercerTraits;

typedef struct {
    double material, acts, visibility, provocation, sanctionable, clash, prestige_base, rung_slope, presence_effect,
        paid, credit, interdictable, lag, shield_limit, war_competition, hold_effect, solvency_effect, trade, weight,
        need, request;
} ChannelTraits;

typedef struct {
    double risk_tolerance, stake, payment_weight, prestige, audience_cost, exposure, bargain, refusal, capacity,
        war_drain, own_crisis, rationality, review_rate, trust, threat, threat_weight, visibility_weight, outstanding,
        repayment_rate, leader_rate, crisis_rate, crisis_size, crisis_duration;
} PatronTraits;

typedef struct { double opening, feasible, cost, shielded, request; } PairTraits;
typedef struct { double presence, threat, interdiction; } Pressure;
typedef struct { double rung, presence, interdiction, fatigue, move; } Coercer;
typedef struct { double solvency, hold, goods, exports, revenue, high_rung, fate; } Client;
typedef struct { double money, outstanding; } Purse;
typedef struct { double height, seen, due_at; } Threat;
typedef struct { double alert, purse_low, hold_low; } Watch;
typedef struct {
    double next_at, changed_at, stake, prestige, bargain, stake_before, prestige_before, bargain_before;
} Leader;
typedef struct { double depth, next_at; } Crisis;
typedef struct { double offer, worth, ends_at, first_at; } Deal;
typedef struct { double followed, bluffed, helped, stood_by; } Beliefs;
typedef struct { double expelled, provoking, met, lapsed; } Conduct;
typedef struct {
    Purse purse;
    Threat threat;
    Watch watch;
    Leader leader;
    Crisis crisis;
    Deal deal;
    Beliefs beliefs;
    Conduct conduct;
} Patron;
typedef struct { double number, number_then, redraw_at, chosen_at; } Luck;
typedef struct { double force, asked, asked_by, settled; } Request;
typedef struct {
    double level, sent, delivered, shielded;
    Luck luck;
    Request request;
} Pair;
typedef struct {
    double survival, in_time, in_place, payment, prestige, refusal, company, crisis, cost, bargain_chance, bargain_loss, deal,
        sanction_chance, sanction_loss, clash_chance, audience;
} Terms;
typedef struct { double followed, bluffed, met, lapsed; } News;
typedef struct { double war_drain, own_crisis, bargain, threat; } PatronInputs;
typedef struct {
    double dt, root_dt, alerted, threatened, solvency, hold, deployment, threat_kept, belief_kept, request_kept,
        shield_growth, shield_decay;
} Pace;
typedef struct { double pressure, solvency, war, crisis; } Freezes;
typedef struct { double none, low, middle, high; } Chances;
typedef struct { double none, low, middle, high; } Values;

/* the sheets of benchmarks/hot_loop.py */
typedef struct {
    Patron patron;
    Pair pair;
    Coercer coercer;
    Client client;
    PatronInputs inputs;
    News news;
    double is_called, company, t, u_offer, u_threat, u_number, u_wait;
} Case;
typedef struct {
    Patron patron;
    Chances chances;
    double number, redraw_at, level, target;
} Answer;
typedef struct { int64_t width, coercer, ladder, channels, patrons, pairs, n_channels; } Places;

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

static inline double chance(double rate_years) { return 1.0 - exponential(-rate_years); }
static inline int happens(double rate_years, double u) { return u < rate_years && u < chance(rate_years); }
static inline double waiting_time(double rate, double u) { return rate > 0.0 ? -logarithm(u) / rate : NEVER; }
static inline double nearest_level(double quantity) { return (double)(int64_t)(quantity + 0.5); }
static inline double share_of(double level) { return level * THIRD; }

/* budget and perception */

static inline double income(double capacity, double war_drain, double crisis) {
    return capacity * (1.0 - war_drain) * (1.0 - 0.7 * crisis);
}

static inline double refilled(double purse, double yearly, double dt) {
    purse = purse + yearly * dt;
    return purse < yearly ? purse : yearly;
}

static inline double shadow_price(double purse, double capacity, double elasticity) {
    double share = purse / capacity;
    share = share > 0.002 ? share : 0.002;
    return exponential(-elasticity * logarithm(share));
}

static inline double war_markup(double war_price, double competition, double war_drain) {
    return 1.0 + war_price * competition * war_drain / (1.02 - war_drain);
}

static inline double belief(double successes, double failures) { return successes / (successes + failures); }
static inline double remembered(double events, double kept, double new) { return events * kept + new; }

static inline double outlook(double outlive, double rung) {
    double years = outlive * (1.0 - rung / 10.0);
    return years > 0.08 ? years : 0.08;
}

static inline double in_time(double lag, double years) { return exponential(-lag / years); }
static inline double marginal_survival(double hold) { return 4.0 * hold * (1.0 - hold); }

static inline double has_crossed(double low, double value, double down, double up) {
    if (low > 0.5) return value > up ? 0.0 : 1.0;
    return value < down ? 1.0 : 0.0;
}

/* terms */

static inline double crisis_now(const PatronTraits *traits, const PatronInputs *inputs, double depth) {
    double standing = traits->own_crisis * inputs->own_crisis;
    standing = standing < 0.95 ? standing : 0.95;
    return 1.0 - (1.0 - standing) * (1.0 - depth);
}

static inline double drain_now(const PatronTraits *traits, const PatronInputs *inputs) {
    double drain = traits->war_drain * inputs->war_drain;
    return drain < 0.995 ? drain : 0.995;
}

static inline double survival_term(double stake, const ChannelTraits *channel, double need, const Client *client) {
    double effect = channel->hold_effect * channel->need + channel->solvency_effect * (1.0 - client->solvency);
    return stake * need * effect * marginal_survival(client->hold);
}

static inline double creditworthiness(double solvency, double years) {
    return solvency > 0.0 ? exponential(years * logarithm(solvency)) : 0.0;
}

static inline double payment_term(double weight, const ChannelTraits *channel, double need, const Client *client,
                                  double years) {
    double later = channel->credit * creditworthiness(client->solvency, years);
    return weight * need * channel->paid * (later + (1.0 - channel->credit) * client->goods);
}

static inline double prestige_term(double weight, const ChannelTraits *channel, double rung, double presence) {
    double height = channel->prestige_base + channel->rung_slope * rung / 10.0;
    return weight * channel->visibility * height * (1.0 - channel->presence_effect * presence);
}

static inline double cost_term(double scale, double cost, double capacity, double price, double markup) {
    return scale * (cost / capacity) * price * markup;
}

static inline double bargain_chance(double provocation, double floor, double rung, double followed) {
    return provocation * (floor + (1.0 - floor) * (rung / 10.0) * followed);
}

static inline double clash_chance(double top, double exposure, double rung, double presence, double followed) {
    double height = rung / 10.0;
    return top * height * height * (0.2 + 0.8 * presence) * followed * exposure;
}

static inline Terms terms_of(const ModelTraits *model, const ChannelTraits *channel, const PatronTraits *traits,
                             const PairTraits *reach, const PatronInputs *inputs, double need,
                             const Coercer *coercer, const Client *client, const Patron *patron, const Pair *pair, double company) {
    double followed = belief(patron->beliefs.followed, patron->beliefs.bluffed);
    double stake = traits->stake * patron->leader.stake + model->recovery * patron->purse.outstanding;
    double drain = drain_now(traits, inputs);
    double price = shadow_price(patron->purse.money, traits->capacity, model->price_elasticity);
    Terms terms;
    terms.survival = survival_term(stake, channel, need, client);
    terms.in_time = in_time(channel->lag, outlook(model->outlive, coercer->rung));
    terms.in_place = sqrt(pair->delivered / 3.0);
    terms.payment = payment_term(traits->payment_weight, channel, need, client, model->credit_years);
    terms.prestige =
        prestige_term(traits->prestige * patron->leader.prestige, channel, coercer->rung, coercer->presence);
    terms.refusal = traits->refusal * pair->request.force;
    terms.company = model->company * company * belief(patron->beliefs.helped, patron->beliefs.stood_by);
    terms.crisis = crisis_now(traits, inputs, patron->crisis.depth);
    terms.cost = cost_term(model->cost_scale, reach->cost, traits->capacity, price,
                           war_markup(model->war_price, channel->war_competition, drain));
    terms.bargain_chance = bargain_chance(channel->provocation, model->bargain_floor, coercer->rung, followed);
    terms.bargain_loss = traits->bargain * inputs->bargain * patron->leader.bargain;
    terms.deal = patron->deal.worth * channel->provocation * traits->trust;
    terms.sanction_chance = (1.0 - pair->shielded) * patron->threat.height * channel->sanctionable;
    terms.sanction_loss = traits->exposure * model->sanction_weight;
    terms.clash_chance =
        clash_chance(model->clash_probability, channel->clash, coercer->rung, coercer->presence, followed);
    terms.audience = traits->audience_cost * channel->visibility;
    return terms;
}

/* choice */

static inline double excess(double loss, double tolerance) {
    return loss > 0.0 ? exponential(loss / tolerance) - 1.0 : 0.0;
}

static inline double lottery_cost(double probability, double worse, double tolerance) {
    double risk = probability * worse;
    return risk > 0.0 ? tolerance * logarithm(1.0 + risk) : 0.0;
}

static inline double survival_at(const Terms *terms, double root) {
    double there = root < terms->in_place ? root : terms->in_place;
    return terms->survival * (there + (root - there) * terms->in_time);
}

static inline double benefit_at(const Terms *terms, double u) {
    double root = sqrt(u);
    return survival_at(terms, root) + (terms->payment + terms->prestige + terms->company) * root + terms->refusal * u;
}

static inline double sure_utility(const Terms *terms, double u, double u_now) {
    double fall = u_now > u ? u_now - u : 0.0;
    return (1.0 - terms->crisis) * benefit_at(terms, u) - (terms->cost + terms->deal) * u - terms->audience * fall;
}

static inline double retaliation(const Terms *terms, double tolerance, double bargain, double sanction, double clash,
                                 double u) {
    return lottery_cost(terms->bargain_chance * u, bargain, tolerance) +
           lottery_cost(terms->sanction_chance * u, sanction, tolerance) +
           lottery_cost(terms->clash_chance * u, clash, tolerance);
}

static inline Values utilities(const Terms *terms, double tolerance, double now) {
    double held = share_of(now);
    double bargain = excess(terms->bargain_loss, tolerance), sanction = excess(terms->sanction_loss, tolerance);
    double clash = excess(1.0, tolerance);
    double low = share_of(1.0), middle = share_of(2.0);
    Values values;
    values.none = sure_utility(terms, 0.0, held);
    values.low = sure_utility(terms, low, held) - retaliation(terms, tolerance, bargain, sanction, clash, low);
    values.middle = sure_utility(terms, middle, held) - retaliation(terms, tolerance, bargain, sanction, clash, middle);
    values.high = sure_utility(terms, 1.0, held) - retaliation(terms, tolerance, bargain, sanction, clash, 1.0);
    return values;
}

static inline Chances logit(const Values *values, double feasible, double rationality) {
    double best = values->none;
    best = feasible >= 1.0 && values->low > best ? values->low : best;
    best = feasible >= 2.0 && values->middle > best ? values->middle : best;
    best = feasible >= 3.0 && values->high > best ? values->high : best;
    double none = exponential(rationality * (values->none - best));
    double low = feasible >= 1.0 ? exponential(rationality * (values->low - best)) : 0.0;
    double middle = feasible >= 2.0 ? exponential(rationality * (values->middle - best)) : 0.0;
    double high = feasible >= 3.0 ? exponential(rationality * (values->high - best)) : 0.0;
    double total = none + low + middle + high;
    return (Chances){none / total, low / total, middle / total, high / total};
}

static inline double level_from_below(const Chances *chances, double number) {
    double reach = chances->none;
    if (number < reach) return 0.0;
    reach = reach + chances->low;
    if (number < reach) return 1.0;
    reach = reach + chances->middle;
    return number < reach ? 2.0 : 3.0;
}

static inline double level_at(const Chances *chances, double number) {
    if (number < 0.0) return level_from_below(chances, -number);
    double reach = chances->high;
    if (number < reach) return 3.0;
    reach = reach + chances->middle;
    if (number < reach) return 2.0;
    reach = reach + chances->low;
    return number < reach ? 1.0 : 0.0;
}

static inline double one_step_towards(double level, double target) {
    if (target > level) return level + 1.0;
    return target < level ? level - 1.0 : level;
}

/* turns */

static inline Threat next_threat(int64_t mode, const PatronTraits *traits, const CoercerTraits *coercer_traits,
                                 const Threat *threat, const PatronInputs *inputs, double rung,
                                 const Pressure *pressure, double deal, double followed, double is_frozen,
                                 const Pace *pace, double t, double u_threat) {
    if (is_frozen > 0.5) return *threat;
    double due_at = threat->due_at;
    double standing = pressure->threat * traits->threat_weight;
    int is_pending = due_at < NEVER;
    double height = is_pending ? threat->height : standing + (threat->height - standing) * pace->threat_kept;
    if (inputs->threat >= 0.0) {
        height = inputs->threat;
    } else {
        int is_news = !is_pending && height < 0.7 * traits->threat_weight;
        int is_possible = mode != SCRIPTED && is_news && deal <= 0.0 && rung >= coercer_traits->threat_rung;
        if (is_possible && happens(coercer_traits->threat_rate * traits->threat_weight * pace->dt, u_threat)) {
            height = height + (traits->threat_weight - height) * followed;
            due_at = t + coercer_traits->threat_delay;
        }
    }
    int is_noticed = fabs(height - threat->seen) > 0.1;
    return (Threat){height, is_noticed ? height : threat->seen, due_at};
}

static inline Deal next_offer(const Deal *deal, const ModelTraits *model, double bargain, double rung,
                              double provoking, double dt, double u) {
    double height = rung / 6.0;
    double arrives = model->deal_rate * bargain * (height < 1.0 ? height : 1.0) * (0.5 + 0.5 * provoking) * dt;
    if (deal->worth > 0.0 || !happens(arrives, u)) return *deal;
    return (Deal){model->deal_worth * bargain * (u / chance(arrives)), deal->worth, deal->ends_at, deal->first_at};
}

static inline Beliefs learned(const ModelTraits *model, const Beliefs *beliefs, const Conduct *conduct,
                              const News *news, double move, double kept) {
    double rises = move > 0.0 ? 1.0 : 0.0;
    double falls = move < 0.0 ? 1.0 : 0.0;
    return (Beliefs){remembered(beliefs->followed, kept, news->followed + rises),
                     remembered(beliefs->bluffed, kept, model->bluff_weight * (news->bluffed + falls)),
                     remembered(beliefs->helped, kept, news->met - conduct->met),
                     remembered(beliefs->stood_by, kept, news->lapsed - conduct->lapsed)};
}

static inline Watch next_watch(const Watch *watch, double exposure, const Threat *before, const Threat *threat,
                               double purse_share, double hold, int is_called) {
    double purse_low = has_crossed(watch->purse_low, purse_share, 0.5, 0.7);
    double hold_low = has_crossed(watch->hold_low, hold, 0.35, 0.45);
    double alert = watch->alert;
    if (threat->seen != before->seen && threat->seen > before->seen && exposure > 0.0) {
        alert = THREATENED;
    } else if (alert < ALERTED) {
        int crossing = purse_low != watch->purse_low || hold_low != watch->hold_low;
        alert = is_called || crossing || threat->seen != before->seen ? ALERTED : alert;
    }
    return (Watch){alert, purse_low, hold_low};
}

static inline double faded(double depth, double duration, double dt) {
    return depth > 0.001 ? depth * exponential(-dt / duration) : 0.0;
}

static inline Patron patron_turn(int64_t mode, const ModelTraits *model, const PatronTraits *traits,
                                 const CoercerTraits *coercer_traits, const Patron *patron,
                                 const PatronInputs *inputs, const Coercer *coercer, const Client *client,
                                 const Pressure *pressure, const News *news, int is_called, const Freezes *freezes,
                                 const Pace *pace, double t, double u_offer, double u_threat) {
    double yearly =
        income(traits->capacity, drain_now(traits, inputs), crisis_now(traits, inputs, patron->crisis.depth));
    double money = refilled(patron->purse.money, yearly, pace->dt);
    Threat threat = next_threat(mode, traits, coercer_traits, &patron->threat, inputs, coercer->rung, pressure,
                                patron->deal.worth, belief(patron->beliefs.followed, patron->beliefs.bluffed),
                                freezes->pressure, pace, t, u_threat);
    double bargain = traits->bargain * inputs->bargain * patron->leader.bargain;
    Deal deal = next_offer(&patron->deal, model, bargain, coercer->rung, patron->conduct.provoking, pace->dt, u_offer);
    int stirred = is_called || coercer->move != 0.0 || deal.offer != patron->deal.offer;
    Patron turned;
    turned.purse = (Purse){money, patron->purse.outstanding};
    turned.threat = threat;
    turned.watch = next_watch(&patron->watch, traits->exposure, &patron->threat, &threat, money / traits->capacity,
                              client->hold, stirred);
    turned.leader = patron->leader;
    turned.crisis = (Crisis){faded(patron->crisis.depth, traits->crisis_duration, pace->dt), patron->crisis.next_at};
    turned.deal = deal;
    turned.beliefs =
        learned(model, &patron->beliefs, &patron->conduct, news, coercer->move, pace->belief_kept);
    turned.conduct = (Conduct){patron->conduct.expelled, patron->conduct.provoking, 0.0, 0.0};
    return turned;
}

/* the loop */

void play_cases(const double *worlds, const Pace *paces, const Places *places, const Case *cases,
                const int64_t *pairs, Answer *answers, const Freezes *freezes, int64_t mode, int64_t n_worlds,
                int64_t per_world) {
    for (int64_t world = 0; world < n_worlds; world++) {
        const double *numbers = worlds + world * places->width;
        const ModelTraits *model = (const ModelTraits *)numbers;
        const CoercerTraits *coercer_traits = (const CoercerTraits *)(numbers + places->coercer);
        const Pressure *ladder = (const Pressure *)(numbers + places->ladder);
        const ChannelTraits *channels = (const ChannelTraits *)(numbers + places->channels);
        const PatronTraits *patrons = (const PatronTraits *)(numbers + places->patrons);
        const PairTraits *reaches = (const PairTraits *)(numbers + places->pairs);
        const Pace *pace = paces + world;
        for (int64_t row = world * per_world; row < (world + 1) * per_world; row++) {
            const Case *at = cases + row;
            const ChannelTraits *channel = channels + pairs[row] % places->n_channels;
            const PatronTraits *traits = patrons + pairs[row] / places->n_channels;
            const PairTraits *reach = reaches + pairs[row];
            const Luck *luck = &at->pair.luck;
            Answer answer;
            answer.patron = patron_turn(mode, model, traits, coercer_traits, &at->patron, &at->inputs, &at->coercer,
                                        &at->client, ladder + (int64_t)at->coercer.rung, &at->news,
                                        at->is_called > 0.5, freezes, pace, at->t, at->u_offer, at->u_threat);
            Terms now = terms_of(model, channel, traits, reach, &at->inputs, 1.0, &at->coercer, &at->client,
                                 &answer.patron, &at->pair, at->company);
            Values values = utilities(&now, traits->risk_tolerance, at->pair.level);
            answer.chances = logit(&values, nearest_level(reach->feasible), traits->rationality);
            int is_redrawn = luck->redraw_at <= at->t;
            answer.number = is_redrawn ? at->u_number : luck->number;
            answer.redraw_at = is_redrawn ? at->t + waiting_time(model->rho, at->u_wait) : luck->redraw_at;
            answer.target = level_at(&answer.chances, answer.number);
            answer.level = one_step_towards(at->pair.level, answer.target);
            answers[row] = answer;
        }
    }
}
