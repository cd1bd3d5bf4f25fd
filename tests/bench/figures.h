/* The figures of a run as a careful programmer would reckon them in C: what
   needs every bar in the one pass over the bars, the rest over trades and days.
   They are those of core/results/metrics.py but for what is reckoned once a run
   from others (growth a year and the like). */

/* Indices into `figures`, in the order of FIGURES in engine_bench.py. */
enum {
    WIN_RATE, PROFIT_FACTOR, EXPECTANCY, MAX_DRAWDOWN_PCT, RECOVERY_FACTOR, SHARPE_RATIO, SORTINO_RATIO,
    TOTAL_RETURN_PCT, AVG_WIN, AVG_LOSS, MAX_CONSEC_WINS, MAX_CONSEC_LOSSES, MAX_DRAWDOWN, ULCER_INDEX,
    TIME_UNDER_WATER_PCT, LONGEST_UNDER_WATER_BARS, EXPOSURE_PCT, COMMISSION, BEST_TRADE, WORST_TRADE,
    BEST_FIVE_SHARE, AVG_MAE, AVG_MFE, POSITIONS, POSITION_WIN_RATE, SQN, Z_SCORE, RETURNS,
    RETURNS_SKEWNESS, RETURNS_KURTOSIS, LAST_MONTH_PROFIT,
};

typedef struct {
    double peak, percent, largest, deepest, squares;
    int64_t at_peak, longest, under;
} Falls;

static inline void note_fall(Falls *f, int64_t bar, double now) {
    if (now >= f->peak) {
        if (bar - f->at_peak > 1 && bar - f->at_peak > f->longest) f->longest = bar - f->at_peak;
        f->at_peak = bar;
        if (now > f->peak) f->peak = now, f->percent = 100 / now;
        return;
    }
    double fall = f->peak - now, part = fall * f->percent;
    f->under++;
    f->squares += part * part;
    f->largest = fall > f->largest ? fall : f->largest;
    f->deepest = part > f->deepest ? part : f->deepest;
}

/* The end of the day and of the month that a close belongs to; Saturday and Sunday count to Monday. */
typedef struct {
    int64_t day_end, month_end, days;
    double *levels, month_start, month_profit;
} Days;

static int64_t end_of_day(int64_t second) {
    int64_t day = second / 86400, weekday = (day + 3) % 7;
    return (day + (weekday == 5 ? 2 : weekday == 6 ? 1 : 0) + 1) * 86400;
}

/* Howard Hinnant's days from civil, turned round: the first second of the next month. */
static int64_t end_of_month(int64_t second) {
    int64_t z = second / 86400 + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153 + 1;
    int64_t y = yoe + era * 400 + (mp >= 12), m = mp % 12;
    int64_t e = y / 400, r = y - e * 400, first = (153 * m + 2) / 5;
    return (e * 146097 + r * 365 + r / 4 - r / 100 + first - 719468) * 86400;
}

static inline void note_day(Days *d, int64_t close_second, double before) {
    if (close_second >= d->day_end) {
        if (d->day_end) d->levels[++d->days] = before;
        d->day_end = end_of_day(close_second);
        if (close_second >= d->month_end) {
            if (d->month_end) d->month_profit = before - d->month_start, d->month_start = before;
            d->month_end = end_of_month(close_second);
        }
    }
}

static double deviation(const double *values, int64_t count, double mean) {
    double squares = 0;
    for (int64_t k = 0; k < count; k++) squares += (values[k] - mean) * (values[k] - mean);
    return sqrt(squares / (double)(count - 1));
}

static void figures_of_returns(double *levels, int64_t days, double *figures) {
    double mean = 0, second = 0, third = 0, fourth = 0, downside = 0;
    for (int64_t k = 0; k < days; k++) levels[k] = levels[k + 1] / levels[k] - 1, mean += levels[k];
    mean /= (double)days;
    for (int64_t k = 0; k < days; k++) {
        double away = levels[k] - mean, square = away * away, below = levels[k] < 0 ? levels[k] : 0;
        second += square, third += square * away, fourth += square * square, downside += below * below;
    }
    double variance = second / (double)days;
    figures[SHARPE_RATIO] = mean / sqrt(second / (double)(days - 1)) * sqrt(252);
    figures[SORTINO_RATIO] = mean / sqrt(downside / (double)days) * sqrt(252);
    figures[RETURNS] = (double)days;
    figures[RETURNS_SKEWNESS] = third / (double)days / (variance * sqrt(variance));
    figures[RETURNS_KURTOSIS] = fourth / (double)days / (variance * variance);
}

static void figures_of_positions(const double *profits, int64_t count, double *figures) {
    double mean = 0, before = 0;
    int64_t other = 0, wins = 0, series = 0;
    for (int64_t k = 0; k < count; k++) {
        double profit = profits[k];
        mean += profit;
        if (profit == 0) continue;
        other++, wins += profit > 0, series += profit * before <= 0;
        before = profit > 0 ? 1 : -1;
    }
    mean /= (double)count;
    double both = 2.0 * (double)wins * (double)(other - wins);
    figures[POSITIONS] = (double)count;
    figures[POSITION_WIN_RATE] = (double)wins / (double)count;
    figures[SQN] = sqrt((double)count) * mean / deviation(profits, count, mean);
    figures[Z_SCORE] = ((double)other * ((double)series - 0.5) - both) / sqrt(both * (both - (double)other) / (double)(other - 1));
}

static void figures_of_trades(const Trade *trades, int64_t count, double *positions, double *figures) {
    double won = 0, lost = 0, commission = 0, mae = 0, mfe = 0, best = -INFINITY, worst = INFINITY, five[5] = {0};
    int64_t wins = 0, losses = 0, winning = 0, losing = 0, most_wins = 0, most_losses = 0, opened = 0, last = -1;
    for (int64_t k = 0; k < count; k++) {
        double profit = trades[k].profit;
        winning = profit > 0 ? winning + 1 : 0, losing = profit < 0 ? losing + 1 : 0;
        most_wins = winning > most_wins ? winning : most_wins;
        most_losses = losing > most_losses ? losing : most_losses;
        if (profit > 0) wins++, won += profit;
        if (profit < 0) losses++, lost -= profit;
        best = profit > best ? profit : best, worst = profit < worst ? profit : worst;
        commission += trades[k].commission, mae += trades[k].mae, mfe += trades[k].mfe;
        double kept = profit;
        for (int place = 0; kept > five[4] && place < 5; place++)
            if (kept > five[place]) { double less = five[place]; five[place] = kept, kept = less; }
        if (trades[k].position != last) last = trades[k].position, positions[opened++] = 0;
        positions[opened - 1] += profit;
    }
    double n = (double)count;
    figures[WIN_RATE] = (double)wins / n, figures[PROFIT_FACTOR] = won / lost, figures[EXPECTANCY] = (won - lost) / n;
    figures[AVG_WIN] = won / (double)wins, figures[AVG_LOSS] = -lost / (double)losses;
    figures[MAX_CONSEC_WINS] = (double)most_wins, figures[MAX_CONSEC_LOSSES] = (double)most_losses;
    figures[COMMISSION] = commission, figures[BEST_TRADE] = best, figures[WORST_TRADE] = worst;
    figures[BEST_FIVE_SHARE] = (five[0] + five[1] + five[2] + five[3] + five[4]) / won;
    figures[AVG_MAE] = mae / n, figures[AVG_MFE] = mfe / n;
    figures[RECOVERY_FACTOR] = (won - lost) / figures[MAX_DRAWDOWN];
    figures_of_positions(positions, opened, figures);
}

static void figures_of_falls(const Falls *f, int64_t bars, double *figures) {
    int64_t open_ended = bars - 1 - f->at_peak;
    figures[MAX_DRAWDOWN_PCT] = f->deepest, figures[MAX_DRAWDOWN] = f->largest;
    figures[ULCER_INDEX] = sqrt(f->squares / (double)bars);
    figures[TIME_UNDER_WATER_PCT] = 100 * (double)f->under / (double)bars;
    figures[LONGEST_UNDER_WATER_BARS] = (double)(open_ended > f->longest ? open_ended : f->longest);
}
