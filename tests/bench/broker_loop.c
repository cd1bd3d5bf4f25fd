/* The yardstick: a plain C loop of the rules of `intra_candle` as a careful
   programmer would write it, one bar after the other, nothing passed over.
   Reversals, stops, targets with partial closes, commission, spread, refused
   entries, stop-out, the end of data, equity at every close and a record for
   every trade, and every figure of a run. Options that are off (trailing stop,
   orders, swap, slippage, conversion) are left out, which favours this loop. */

#include <math.h>
#include <stdint.h>

#define MOST_TARGETS 8

typedef struct {
    double spread, scale, contract, commission, ratio, leverage, stop;
    double targets[MOST_TARGETS];
    int64_t target_count, steps, minimum_steps, steps_per_lot;
} Terms;

typedef struct {
    int64_t position, direction, entry_index, exit_index, reason;
    double entry_price, exit_price, stop_loss, take_profit, volume;
    double profit, commission, equity_after, mae, mfe;
} Trade;

#include "figures.h"

enum { SL, SIGNAL, SIGNAL_REVERSE, TIME, STOP_OUT, TP, TP_PARTIAL, END_OF_DATA };

typedef struct {
    const Terms *terms;
    Trade *trades;
    int64_t count, position, direction, steps, entry_index, next, refused, ambiguous, held;
    double balance, entry, stop, highest, lowest;
    double targets[MOST_TARGETS];
} State;

static inline double exact(const Terms *t, double price) { return rint(price * t->scale) / t->scale; }
static inline double ask(const Terms *t, double bid) { return exact(t, bid + t->spread); }
static inline double closing(const State *s, double bid) { return s->direction > 0 ? bid : ask(s->terms, bid); }

static inline double made(const State *s, int64_t steps, double price) {
    double lots = (double)steps / (double)s->terms->steps_per_lot;
    return (price - s->entry) * (double)s->direction * (lots * s->terms->contract);
}

static inline void note(State *s, double price) {
    s->highest = price > s->highest ? price : s->highest;
    s->lowest = price < s->lowest ? price : s->lowest;
}

static void close_part(State *s, int64_t bar, int64_t steps, double price, int64_t reason) {
    const Terms *t = s->terms;
    double lots = (double)steps / (double)t->steps_per_lot;
    note(s, price);
    double commission = t->commission * lots;
    double profit = made(s, steps, price) - commission;
    s->balance += profit;
    double worst = made(s, steps, exact(t, s->direction > 0 ? s->lowest : s->highest));
    double best = made(s, steps, exact(t, s->direction > 0 ? s->highest : s->lowest));
    s->trades[s->count++] = (Trade){
        s->position, s->direction, s->entry_index, bar, reason, s->entry, price, s->stop,
        s->next < t->target_count ? s->targets[s->next] : NAN, lots, profit, commission, s->balance,
        worst < 0 ? worst : 0, best > 0 ? best : 0,
    };
    s->steps -= steps;
    if (s->steps == 0) s->direction = 0, s->held += bar - s->entry_index;
}

static void open_position(State *s, int64_t bar, int64_t direction, double bid) {
    const Terms *t = s->terms;
    double entry = direction > 0 ? ask(t, bid) : bid;
    double stop = t->stop > 0 ? exact(t, entry - (double)direction * t->stop) : NAN;
    double other = direction > 0 ? bid : ask(t, bid);
    double lots = (double)t->steps / (double)t->steps_per_lot;
    if ((double)direction * other <= (double)direction * stop || t->steps < t->minimum_steps ||
        lots * t->contract * entry / t->leverage > s->balance) {
        s->refused++;
        return;
    }
    s->position++;
    s->direction = direction;
    s->steps = t->steps;
    s->entry_index = bar;
    s->entry = entry;
    s->stop = stop;
    s->next = 0;
    s->highest = -INFINITY;
    s->lowest = INFINITY;
    for (int64_t k = 0; k < t->target_count; k++) s->targets[k] = exact(t, entry + (double)direction * t->targets[k]);
}

static inline int at_target(const State *s, double price) {
    if (s->next >= s->terms->target_count) return 0;
    return s->direction > 0 ? price >= s->targets[s->next] : price <= s->targets[s->next];
}

static inline int at_stop(const State *s, double price) {
    return s->direction > 0 ? price <= s->stop : price >= s->stop;
}

static void fill_target(State *s, int64_t bar, double price) {
    const Terms *t = s->terms;
    int64_t part = s->steps;
    if (s->next < t->target_count - 1) part = (int64_t)floor((double)s->steps * t->ratio + 1e-9);
    if (part < t->minimum_steps || s->steps - part < t->minimum_steps)
        close_part(s, bar, s->steps, price, TP);
    else
        close_part(s, bar, part, price, TP_PARTIAL);
    s->next++;
}

static void look_inside(State *s, int64_t bar, double open, double high, double low) {
    double opening = closing(s, open);
    note(s, opening);
    if (at_stop(s, opening)) {
        close_part(s, bar, s->steps, opening, SL);
        return;
    }
    while (s->direction && at_target(s, opening)) fill_target(s, bar, opening);
    if (!s->direction) return;
    double worst = closing(s, s->direction > 0 ? low : high), best = closing(s, s->direction > 0 ? high : low);
    if (at_stop(s, worst)) {
        if (at_target(s, best)) s->ambiguous++;
        close_part(s, bar, s->steps, s->stop, SL);
        return;
    }
    while (s->direction && at_target(s, best)) fill_target(s, bar, s->targets[s->next]);
}

/* Bits of an action: 1 buys, 2 sells, 4 closes buys, 8 closes sells. */
static inline double step(State *s, int64_t bar, int64_t last, uint8_t action, const double *open,
                          const double *high, const double *low, const double *close) {
    if (action) {
        int64_t wanted = action & 1 ? 1 : action & 2 ? -1 : 0;
        if (s->direction && (action & (s->direction > 0 ? 4 : 8)))
            close_part(s, bar, s->steps, closing(s, open[bar]), SIGNAL);
        if (wanted && wanted != s->direction) {
            if (s->direction) close_part(s, bar, s->steps, closing(s, open[bar]), SIGNAL_REVERSE);
            open_position(s, bar, wanted, open[bar]);
        }
    }
    if (!s->direction) return s->balance;
    look_inside(s, bar, open[bar], high[bar], low[bar]);
    if (!s->direction) return s->balance;
    double offset = s->direction > 0 ? 0.0 : s->terms->spread;
    note(s, high[bar] + offset);
    note(s, low[bar] + offset);
    double price = closing(s, close[bar]);
    double equity = s->balance + (made(s, s->steps, price) -
                                  s->terms->commission * ((double)s->steps / (double)s->terms->steps_per_lot));
    if (equity > 0 && bar < last) return equity;
    close_part(s, bar, s->steps, price, equity > 0 ? END_OF_DATA : STOP_OUT);
    return s->balance;
}

/* The broker alone, on actions that lie ready. Returns the number of trades. */
int64_t broker_alone(int64_t bars, const double *open, const double *high, const double *low,
                     const double *close, const uint8_t *action, const Terms *terms, double balance,
                     Trade *trades, double *equity) {
    State s = {.terms = terms, .trades = trades, .balance = balance};
    int stopped = 0;
    for (int64_t bar = 0; bar < bars; bar++) {
        double now = s.balance;
        if (!stopped) now = step(&s, bar, bars - 1, bar ? action[bar - 1] : 0, open, high, low, close);
        stopped |= now <= 0;
        equity[bar] = now;
    }
    return s.count;
}

/* Two averages, their crossings, the broker and the figures of a run in one pass.
   `scratch` holds a number for each day and each position, and one more. */
int64_t whole_run(int64_t bars, const int64_t *time, const double *open, const double *high,
                  const double *low, const double *close, int64_t fast, int64_t slow, const Terms *terms,
                  double balance, Trade *trades, double *equity, double *scratch, double *figures) {
    State s = {.terms = terms, .trades = trades, .balance = balance};
    Falls falls = {.peak = balance, .percent = 100 / balance, .at_peak = -1};
    Days days = {.levels = scratch, .month_start = balance};
    scratch[0] = balance;
    int64_t fast_sum = 0, slow_sum = 0;
    int above = 0, known = 0, stopped = 0;
    double before = balance;
    uint8_t action = 0;
    for (int64_t bar = 0; bar < bars; bar++) {
        double now = s.balance;
        if (!stopped) now = step(&s, bar, bars - 1, action, open, high, low, close);
        stopped |= now <= 0;
        equity[bar] = now;
        note_fall(&falls, bar, now);
        note_day(&days, time[bar] + 59, before);
        before = now;
        int64_t tenths = llrint(close[bar] * terms->scale);
        fast_sum += tenths, slow_sum += tenths;
        if (bar >= fast) fast_sum -= llrint(close[bar - fast] * terms->scale);
        if (bar >= slow) slow_sum -= llrint(close[bar - slow] * terms->scale);
        action = 0;
        if (bar >= slow - 1) {
            int64_t apart = fast_sum * slow - slow_sum * fast;
            int side = apart > 0 ? 1 : apart < 0 ? -1 : 0;
            if (known && above <= 0 && side > 0) action = 1;
            if (known && above >= 0 && side < 0) action = 2;
            above = side, known = 1;
        }
    }
    days.levels[++days.days] = before;
    figures[LAST_MONTH_PROFIT] = before - days.month_start;
    figures[TOTAL_RETURN_PCT] = (before / balance - 1) * 100;
    figures[EXPOSURE_PCT] = 100 * (double)s.held / (double)bars;
    figures_of_falls(&falls, bars, figures);
    figures_of_returns(days.levels, days.days, figures);
    figures_of_trades(trades, s.count, scratch, figures);
    return s.count;
}
