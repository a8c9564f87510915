//! Statistics against published values and against SciPy 1.17.

use super::*;

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-9 * expected.abs().max(1e-3),
        "{found} is not {expected}"
    );
}

fn rounded(found: (f64, f64)) -> (i64, i64) {
    let four = |value: f64| format!("{:.0}", value * 10_000.0).parse().unwrap();
    (four(found.0), four(found.1))
}

#[test]
fn the_intervals_of_shares_are_those_of_newcombe_1998() {
    for (part, whole, expected) in [
        (81, 263, (2553, 3662)),
        (15, 148, (624, 1605)),
        (0, 20, (0, 1611)),
        (1, 29, (61, 1718)),
    ] {
        assert_eq!(rounded(Share::new(part, whole).interval().unwrap()), expected);
    }
    for (one, other, expected) in [
        ((56, 70), (48, 80), (524, 3339)),
        ((9, 10), (3, 10), (1705, 8090)),
        ((10, 10), (0, 10), (6075, 10_000)),
    ] {
        let (difference, interval) = Share::new(one.0, one.1)
            .difference(Share::new(other.0, other.1))
            .unwrap();
        assert_eq!(rounded(interval), expected);
        assert!(interval.0 <= difference && difference <= interval.1 + 1e-12);
    }
    assert_eq!(Share::new(0, 0).interval(), None);
    assert_eq!(Share::new(0, 0).difference(Share::new(1, 2)), None);
    assert_eq!(Share::new(9, 4), Share::new(4, 4));
}

#[test]
fn fishers_test_gives_what_is_published_and_what_scipy_gives() {
    // The lady tasting tea: 34 of 70.
    near(fisher(Share::new(3, 4), Share::new(1, 4)), 34.0 / 70.0);
    for ((a, b), (c, d), expected) in [
        ((1, 9), (11, 3), 0.002_759_456_185_220_083_6),
        ((8, 2), (1, 5), 0.034_965_034_965_034_975),
        ((0, 20), (7, 13), 0.008_316_008_316_008_316),
        ((120, 880), (170, 830), 0.001_823_433_883_123_238_8),
        ((10, 0), (0, 10), 1.082_508_822_446_903e-5),
    ] {
        let (one, other) = (Share::new(a, a + b), Share::new(c, c + d));
        near(fisher(one, other), expected);
        near(fisher(other, one), expected);
    }
    near(fisher(Share::new(0, 0), Share::new(3, 9)), 1.0);
    near(fisher(Share::new(5, 9), Share::new(5, 9)), 1.0);
}

#[test]
fn the_normal_distribution_is_exact_on_both_sides_of_where_the_method_changes() {
    for (x, expected) in [
        (0.0, 0.5),
        (0.5, 0.308_537_538_725_986_9),
        (1.0, 0.158_655_253_931_457_07),
        (1.959_963_984_540_054, 0.025),
        (2.9999, 0.001_350_341_282_954_925),
        (3.0, 0.001_349_898_031_630_093_3),
        (-1.2, 0.884_930_329_778_291_8),
    ] {
        near(normal_above(x), expected);
    }
    assert!((normal_above(4.5) / 3.397_673_124_730_053_5e-6 - 1.0).abs() < 1e-9);
    assert!((normal_above(8.0) / 6.220_960_574_271_74e-16 - 1.0).abs() < 1e-9);
}

#[test]
fn the_test_of_mann_and_whitney_is_exact_for_few_values_and_counts_ties() {
    // The example in the documentation of SciPy: U = 17, p = 1/9.
    let (men, women) = ([19.0, 22.0, 16.0, 29.0, 24.0], [20.0, 11.0, 17.0, 12.0]);
    near(mann_whitney(&men, &women), 1.0 / 9.0);
    near(mann_whitney(&women, &men), 1.0 / 9.0);
    let one = [0.11, 0.52, 0.93, 1.41, 2.2, 2.9, 3.3, 3.81];
    let other = [1.7, 2.41, 2.75, 3.12, 4.4, 5.1, 5.9, 6.2, 7.7];
    near(mann_whitney(&one, &other), 0.020_649_938_296_997_12);
    let tied = [1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 8.0, 13.0, 21.0, 34.0, 3.0];
    let with = [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 8.0, 7.0, 9.0, 11.0, 40.0, 45.0];
    near(mann_whitney(&tied, &with), 0.078_307_855_689_267_37);
    let many =
        |n: u32, by: u32, of: u32, more: u32| -> Vec<f64> { (0..n).map(|i| f64::from(i * by % of + more)).collect() };
    near(
        mann_whitney(&many(60, 37, 101, 0), &many(50, 53, 97, 9)),
        0.414_238_236_436_134_44,
    );
    near(mann_whitney(&[1.0; 30], &[1.0; 30]), 1.0);
    near(mann_whitney(&[], &[1.0]), 1.0);
}

#[test]
fn quantiles_lie_between_values_and_the_interval_of_the_median_is_that_of_the_tables() {
    let values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];
    for (q, expected) in [(0.5, 6.0), (0.9, 24.0), (0.25, 2.5), (0.0, 1.0), (1.0, 32.0)] {
        near(quantile(&values, q).unwrap(), expected);
    }
    assert_eq!(quantile(&[], 0.5), None);
    let counting = |n: u32| -> Vec<f64> { (1..=n).map(f64::from).collect() };
    // The published places: 1 and 6 of 6, 2 and 9 of 10, 6 and 15 of 20, 18 and 33 of 50.
    for (n, expected) in [(6, (1.0, 6.0)), (10, (2.0, 9.0)), (20, (6.0, 15.0)), (50, (18.0, 33.0))] {
        assert_eq!(median(&counting(n)).unwrap().1, Some(expected), "of {n}");
    }
    assert_eq!(median(&counting(5)).unwrap(), (3.0, None));
    assert_eq!(median(&[]), None);
}

#[test]
fn holm_raises_each_by_how_many_are_left() {
    let raised = holm(&[0.01, 0.04, 0.03, 0.005]);
    for (found, expected) in raised.iter().zip([0.03, 0.06, 0.06, 0.02]) {
        near(*found, expected);
    }
    assert_eq!(holm(&[0.7, 0.6]), [1.0, 1.0]);
    assert!(holm(&[]).is_empty());
}

#[test]
fn tests_rarely_cry_wolf_and_see_a_real_change() {
    // Every table with ten and ten cases: the test may call at most 5 % of what chance makes of one share a change.
    let logs = log_factorials(10);
    let binomial = |k: u32, share: f64| {
        let at = usize::try_from(k).unwrap();
        let ways = logs[10] - logs[at] - logs[10 - at];
        ways.exp() * share.powi(i32::try_from(k).unwrap()) * (1.0 - share).powi(i32::try_from(10 - k).unwrap())
    };
    for share in [0.05, 0.3, 0.5] {
        let mut wrong = 0.0;
        for (a, b) in (0..=10).flat_map(|a| (0..=10).map(move |b| (a, b))) {
            if fisher(Share::new(a, 10), Share::new(b, 10)) < 0.05 {
                wrong += binomial(a, share) * binomial(b, share);
            }
        }
        assert!(wrong <= 0.05, "{wrong} at {share}");
    }
    assert!(fisher(Share::new(1, 40), Share::new(14, 40)) < 0.001);
}
