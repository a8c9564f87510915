//! An auditor holds the log of another system against a procedure.

use crate::driver::Driver;
use crate::office::Office;
use crate::tour::Tour;
use std::fmt::Write;

/// Thirty cases as a one-stop system writes them: some without a check, one with a time that nobody can read.
fn log() -> String {
    let mut text = String::from("Mã hồ sơ;Bước;Người làm;Thời điểm\n");
    for case in 1..=30 {
        let steps = [
            ("Tiếp nhận hồ sơ", "Lò Thị A", "08:00"),
            ("Thẩm tra hồ sơ", "Vàng Văn B", "09:00"),
            ("Xem xét, ký duyệt", "Lục Thị C", "10:00"),
            ("Đóng dấu văn bản", "Lò Thị A", "10:30"),
            ("Trả kết quả", "Lò Thị A", "11:00"),
        ];
        for (at, (step, who, time)) in steps.iter().enumerate() {
            if at == 1 && case % 10 == 0 {
                continue;
            }
            let time = if (case, at) == (7, 0) { "hôm qua" } else { time };
            writeln!(text, "HS-{case:03};{step};{who};{:02}/03/2026 {time}", case % 25 + 1).unwrap();
        }
    }
    text
}

#[actix_web::test]
async fn an_auditor_holds_a_foreign_log_against_a_procedure() {
    let (office, driver) = (Office::open(), Driver::start());
    let mut tour = Tour::begin("imports", &office, &driver).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mot-cua.csv");
    std::fs::write(&file, log()).unwrap();

    tour.sign_in("danhgia").await;
    tour.look_at("/conformance/logs").await;
    tour.fill("input[name=name]", "Một cửa điện tử, quý I").await;
    let upload = tour.element("input[name=log]").await;
    upload.send_keys(file.to_str().unwrap()).await.unwrap();
    tour.tick("select[name=procedure] option[value='QT.HT.01']").await;
    tour.press("main form button").await;
    tour.try_page("how the log is read").await;
    tour.says("Đọc được 30 hồ sơ").await;
    tour.tick("main details summary").await;
    tour.says("hôm qua” không phải là thời điểm đọc được").await;
    assert!(
        tour.has("td option[value=B1][selected]").await,
        "a shortened name is suggested:\n{}",
        tour.text().await
    );

    tour.press("button[name=do][value=judge]").await;
    let result = tour.path().await.split('?').next().unwrap().to_owned();
    for _ in 0..100 {
        if tour.has(&format!("a[href='{result}/cases']")).await {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        tour.go(&result).await;
    }
    tour.try_page("what was found").await;
    tour.says("Bỏ qua bước").await;
    tour.look_at(&format!("{result}/cases?only=deviating")).await;
    tour.look_at(&format!("{result}/cases/10")).await;
    tour.says("HS-010").await;
    tour.end().await;
}
