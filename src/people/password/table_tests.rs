//! Sixty passwords and what becomes of each (trust row I3).

use super::PasswordFault::{Guessable, TooLong, TooShort, TooShortWithFactor};
use super::{PasswordFault, check_new_password};

const KNOWN: [&str; 4] = ["tuphap1", "Lục Thị Hoa", "UBND xã Bảo Hà", "H38.99.01"];

type Verdict = Result<(), PasswordFault>;

/// Password, verdict where it is the only factor, verdict beside a second one.
fn table() -> Vec<(String, Verdict, Verdict)> {
    let emoji: String = (0..64).filter_map(|n| char::from_u32(0x1F600 + n * 7 % 80)).collect();
    let thousand: String = "Mười hai con thuyền chở đầy muối qua thác Bà lúc trăng lên. "
        .chars()
        .chain(('a'..='z').cycle().step_by(11))
        .take(1000)
        .collect();
    let longest: String = thousand.chars().cycle().take(1024).collect();
    let row = |text: &str, alone: Verdict, beside: Verdict| (text.to_owned(), alone, beside);
    let bad = |text: &str| row(text, Err(Guessable), Err(Guessable));
    let good = |text: &str| row(text, Ok(()), Ok(()));
    let short = |text: &str, beside: Verdict| row(text, Err(TooShort), beside);
    let mut rows: Vec<_> = GUESSABLE.iter().map(|text| bad(text)).collect();
    rows.extend(STRONG.iter().map(|text| good(text)));
    rows.extend([
        good(&emoji),
        good(&thousand),
        good(&longest),
        bad(&"😀".repeat(64)),
        bad(&"a".repeat(1000)),
        row(&format!("{longest}x"), Err(TooLong), Err(TooLong)),
        row(&"ngựa".repeat(262_144), Err(TooLong), Err(TooLong)),
        short("", Err(TooShortWithFactor)),
        short("k7#xQ2m", Err(TooShortWithFactor)),
        short("k7#xQ2mv", Ok(())),
        short("12345678", Err(Guessable)),
        short("password", Err(Guessable)),
        short("matkhau1", Err(Guessable)),
        short("Lục Thị Hoa 1", Err(Guessable)),
        short("rặng tre xanh", Ok(())),
        short("mười bốn ký tự", Ok(())),
    ]);
    rows
}

const GUESSABLE: [&str; 28] = [
    "ủybannhândân2026",
    "Ủy Ban Nhân Dân 2026",
    "uy ban nhan dan xa",
    "uyr ban nhaan daan",
    "mật khẩu 123456789",
    "maatjkhaaur123456",
    "ma6t5 kha6u3 2026",
    "matkhaumatkhaumatkhau",
    "UBND xã Bảo Hà 2026",
    "ubndxabaoha123456",
    "xabaoha@2026!!!!",
    "tuphap1tuphap1tuphap1",
    "Lục Thị Hoa 1990",
    "lucthihoa19900412",
    "H38.99.01H38.99.01",
    "qwertyuiopasdfgh",
    "1qaz2wsx3edc4rfv",
    "abcdefghijklmnop",
    "123456789012345",
    "9876543210987654",
    "aaaaaaaaaaaaaaaaaaaa",
    "abcabcabcabcabcabc",
    "password1234567",
    "P@ssw0rdP@ssw0rd",
    "iloveyouiloveyou",
    "Việt Nam vô địch",
    "administrator123",
    "23112026 23112026",
];

const STRONG: [&str; 16] = [
    "con ngựa thép ăn 7 hạt",
    "thuyền nan chở 3 tấn gió",
    "demo-ruộng-bậc-thang-2026",
    "bà ngoại nuôi 12 con vịt xiêm",
    "chiều qua cầu tre thấy ba con cò",
    "ubnd nhưng mà mèo tôi ngủ trên nóc tủ",
    "correct horse battery staple",
    "Kj3#vLq9!wXz2&Tn",
    "vũ trụ bánh cuốn lạc đà",
    "mưa rơi trên mái tôn lúc 3 giờ sáng",
    "zebra moonlight pickle 88 teapot",
    "ăn khoai nướng ở đèo Khau Phạ",
    "Ốc sên chạy marathon 42 cây số",
    "пароль из шести слов на русском",
    "私の猫は毎朝六時に起きる。たぶん",
    "sáu chục gánh rơm đổ xuống suối",
];

#[test]
fn sixty_passwords_are_judged_as_the_table_says() {
    let table = table();
    assert_eq!(table.len(), 60);
    let mut wrong = Vec::new();
    for (password, alone, beside) in table {
        let found = (
            check_new_password(&password, &KNOWN, false),
            check_new_password(&password, &KNOWN, true),
        );
        if found != (alone, beside) {
            let shown: String = password.chars().take(40).collect();
            let bits = super::bits(&password, &super::Local::of(KNOWN));
            wrong.push(format!(
                "«{shown}» {found:?}, not {:?}, {bits:.1} bits",
                (alone, beside)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("trust I3: sixty passwords, alone and beside a second factor, judged as the table says");
}

/// The control: without what is known of the office, passwords made of it pass.
#[test]
fn without_the_words_of_the_office_its_passwords_would_pass() {
    let made_of_it = "Lục Thị Hoa tuphap1";
    assert_eq!(check_new_password(made_of_it, &[], false), Ok(()));
    assert_eq!(check_new_password(made_of_it, &KNOWN, false), Err(Guessable));
}

#[test]
fn a_mebibyte_is_refused_before_it_is_read() {
    let begun = std::time::Instant::now();
    assert_eq!(check_new_password(&"a".repeat(1 << 20), &KNOWN, false), Err(TooLong));
    assert!(begun.elapsed().as_millis() < 100);
}
