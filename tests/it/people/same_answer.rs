//! A refused sign-in looks the same whoever was named (trust row I2).

use super::try_from;
use crate::support::TestOffice;
use crate::support::rounds::{figure, rounds};
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{ACCOUNT_STOP, Cost};
use std::time::Instant;

const WRONG: &str = "một mật khẩu sai nào đó";
type Times = [Vec<f64>; NAMES.len()];
const NAMES: [&str; 5] = ["khongco", "dangdung", "ngunglam", "bidung", "chuadat"];

/// How many tries are measured for each name; 2,000 in the long form.
fn samples() -> usize {
    rounds("I2", 40)
}

fn sql(office: &TestOffice, text: &str) {
    diesel::sql_query(text).execute(&mut office.connect()).expect(text);
}

/// An office whose passwords cost what they cost in earnest: an account in use, one that was deactivated, one that is
/// stopped, one that never had a password.
async fn office() -> TestOffice {
    let office = TestOffice::start_at(Cost::TODAY, |_| {}).await;
    for name in &NAMES[1..] {
        office.person(name, &[AccessRole::Official]);
    }
    // Hashed in earnest: the least cost of other tests would show.
    let hash = real_hash();
    sql(&office, &format!("UPDATE persons SET password_hash = '{hash}'"));
    sql(&office, "UPDATE persons SET active = FALSE WHERE username = 'ngunglam'");
    sql(
        &office,
        "UPDATE persons SET password_hash = NULL WHERE username = 'chuadat'",
    );
    let subject = quytrinh::procedures::content_sha256("account:bidung");
    let stop = format!(
        "INSERT INTO guess_counters (kind, subject, failures, last_at) VALUES ('account', '{subject}', {ACCOUNT_STOP}, \
         '2026-11-23 02:00:00')"
    );
    sql(&office, &stop);
    office
}

fn real_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    let params = argon2::Params::new(Cost::TODAY.memory, Cost::TODAY.passes, Cost::TODAY.lanes, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher
        .hash_password(crate::support::PASSWORD.as_bytes())
        .unwrap()
        .to_string()
}

/// A page without the keys of its forms, which are random.
fn without_keys(text: &str) -> String {
    let mut parts = text.split("name=\"key\" value=\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |page, part| page + &part[32..])
}

#[actix_web::test]
async fn i2_every_refusal_has_the_same_status_headers_and_body() {
    let office = office().await;
    let mut answers = Vec::new();
    for name in NAMES {
        let reply = try_from(&office.stranger(), "10.0.0.1", (name, WRONG)).await;
        let headers =
            ["content-type", "cache-control", "set-cookie", "retry-after"].map(|name| reply.header(name).to_owned());
        answers.push((reply.status(), headers, without_keys(reply.text()).replace(name, "")));
    }
    for (name, answer) in NAMES.iter().zip(&answers) {
        assert_eq!(answer, &answers[0], "{name}");
    }
}

/// Two-sided p of the Mann-Whitney test, by the normal approximation.
fn p_value(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one
        .iter()
        .map(|x| (*x, true))
        .chain(other.iter().map(|x| (*x, false)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    let ranks: f64 = all
        .iter()
        .enumerate()
        .filter(|(_, (_, is_one))| *is_one)
        .map(|(place, _)| count(place + 1))
        .sum();
    let (n, m) = (count(one.len()), count(other.len()));
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0).abs() / (n * m * (n + m + 1.0) / 12.0).sqrt();
    // The tail of the normal distribution (Abramowitz and Stegun 26.2.17).
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let tail = [
        0.319_381_53,
        -0.356_563_782,
        1.781_477_937,
        -1.821_255_978,
        1.330_274_429,
    ]
    .iter()
    .rev()
    .fold(0.0, |sum, factor| (sum + factor) * t);
    2.0 * tail * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

async fn time_of(office: &TestOffice, name: &str, number: usize) -> f64 {
    // Each try from an address of its own: waits of another row are not what is measured.
    let address = format!(
        "127.{}.{}.{}",
        10 + number / 60_000,
        number / 250 % 250,
        number % 250 + 1
    );
    let visitor = office.stranger();
    let begun = Instant::now();
    let reply = try_from(&visitor, &address, (name, WRONG)).await;
    let taken = begun.elapsed().as_secs_f64();
    reply.is(422);
    taken
}

/// `rounds` more tries of every name. Each round begins with another name and with a try that is not measured: whoever
/// came first each time would pay for what the preparation left cold.
async fn measure(office: &TestOffice, times: &mut Times, rounds: usize) {
    let begun = times[0].len();
    for number in begun..begun + rounds {
        // The stop would come by itself for the others.
        sql(
            office,
            "DELETE FROM guess_counters WHERE kind = 'account' AND failures < 100",
        );
        let first = number * (NAMES.len() + 1);
        time_of(office, "aido", first).await;
        for turn in 0..NAMES.len() {
            let place = (number + turn) % NAMES.len();
            times[place].push(time_of(office, NAMES[place], first + turn + 1).await);
        }
    }
}

/// The least p of all names against the unknown one, and what was measured.
fn compare(times: &Times) -> (f64, String) {
    let median = |times: &[f64]| {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2] * 1000.0
    };
    let (mut least, mut told) = (1.0, Vec::new());
    for (name, taken) in NAMES.iter().zip(times).skip(1) {
        let p = p_value(&times[0], taken);
        least = f64::min(least, p);
        told.push(format!(
            "{name} p = {p:.5}, {:.1} ms ({:.1} ms for an unknown name)",
            median(taken),
            median(&times[0])
        ));
    }
    (least, told.join("; "))
}

#[actix_web::test]
async fn i2_every_refusal_takes_as_long() {
    let office = office().await;
    let mut times: Times = Default::default();
    measure(&office, &mut times, samples()).await;
    let (mut least, mut told) = compare(&times);
    // Four comparisons: each at a quarter of one in a hundred. One run in a hundred is suspicious by chance alone, so a
    // suspicion is looked into with five times as many samples: a difference grows clearer with them, chance does not.
    if least <= 0.0025 {
        measure(&office, &mut times, 4 * samples()).await;
        (least, told) = compare(&times);
        assert!(least > 0.00025, "{told}");
    }
    figure("I2", &format!("{} samples each: {told}", times[0].len()));
}

/// The control: the same statistics see an answer that skips hashing, and see nothing in two halves of one sample.
#[test]
fn i2_an_answer_that_skips_hashing_would_be_seen() {
    let hash = real_hash();
    let parsed = argon2::password_hash::phc::PasswordHash::new(&hash).unwrap();
    let time = |skips: bool| {
        use argon2::password_hash::PasswordVerifier;
        let begun = Instant::now();
        if !skips {
            argon2::Argon2::default()
                .verify_password(WRONG.as_bytes(), &parsed)
                .unwrap_err();
        }
        begun.elapsed().as_secs_f64()
    };
    let hashed: Vec<f64> = (0..20).map(|_| time(false)).collect();
    let skipped: Vec<f64> = (0..20).map(|_| time(true)).collect();
    assert!(p_value(&hashed, &skipped) < 0.0025);
    let (even, odd): (Vec<_>, Vec<_>) = (0..40)
        .map(|n| (f64::from(n * 7 % 40), n % 2 == 0))
        .partition(|one| one.1);
    let bare = |list: Vec<(f64, bool)>| list.into_iter().map(|one| one.0).collect::<Vec<_>>();
    assert!(p_value(&bare(even), &bare(odd)) > 0.05);
}
