//! The people of the demo office, their positions and the roles they are responsible for.

use crate::kernel::AccessRole::{
    Administrator, Auditor, Chair, Committee, DataOfficer, Desk, Inspector, Leader, Official,
};
use crate::kernel::{AccessRole, Mandate};
use chrono::{Days, NaiveDate};

/// The password of every demo account. The demo listens on this machine only, and its sign-in page says what it is.
pub const PASSWORD: &str = "demo-ruộng-bậc-thang-2026";

/// One account of the demo office.
#[derive(Debug, Clone, Copy)]
pub struct DemoAccount {
    /// The name to sign in with.
    pub username: &'static str,
    /// The person's name; invented.
    pub full_name: &'static str,
    /// Access roles.
    pub access: &'static [AccessRole],
    /// Codes of the positions held.
    pub positions: &'static [&'static str],
}

impl DemoAccount {
    /// The inspector of the demo was sent by the province a week ago, for two months.
    pub(super) fn mandate(&self, today: NaiveDate) -> Option<Mandate> {
        self.access.contains(&Inspector).then(|| Mandate {
            from: today - Days::new(7),
            to: today + Days::new(53),
        })
    }
}

/// A position: code, name, English name, unit.
pub(super) type DemoPosition = (&'static str, &'static str, &'static str, &'static str);

const fn account(
    username: &'static str,
    full_name: &'static str,
    access: &'static [AccessRole],
    positions: &'static [&'static str],
) -> DemoAccount {
    DemoAccount {
        username,
        full_name,
        access,
        positions,
    }
}

/// The accounts of the demo office.
pub fn accounts() -> &'static [DemoAccount] {
    &ACCOUNTS
}

const ACCOUNTS: [DemoAccount; 19] = [
    account("chutich", "Hoàng Văn Thắng", &[Chair, Leader, Official], &["CT"]),
    account("phochutich", "Lý Thị Mai", &[Leader, Official], &["PCT"]),
    account("chanhvp", "Nguyễn Đức Long", &[Leader, Official], &["CVP"]),
    account("thuky", "Phạm Thu Hà", &[Committee], &["TKISO"]),
    account("quantri", "Trần Quốc Việt", &[Administrator], &["QTHT"]),
    account("motcua1", "Vàng Thị Sen", &[Desk], &["MC"]),
    account("motcua2", "Đỗ Minh Tuấn", &[Desk], &["MC"]),
    account("tuphap1", "Lục Thị Hoa", &[Official], &["TPHT"]),
    account("tuphap2", "Bàn Văn Phúc", &[Official], &["TPHT2", "CVVP"]),
    account("vanthu", "Ngô Thị Lan", &[Official], &["VT"]),
    account("truongkt", "Đặng Văn Sơn", &[Leader, Official], &["TPKT", "CVKT2"]),
    account("chuyenkt", "Hà Thị Nhung", &[Official], &["CVKT", "KTOAN"]),
    account("truongvhxh", "Mai Xuân Trường", &[Leader, Official], &["TPVHXH"]),
    account("chuyenvhxh", "Giàng A Páo", &[Official], &["CVVHXH"]),
    account("quansu", "Triệu Văn Dũng", &[Official], &["CHQS"]),
    account("quansu2", "Hoàng Văn Khải", &[Official], &["TLQS"]),
    account("danhgia", "Nông Thị Thủy", &[Auditor], &["DGNB"]),
    account("dulieu1", "Lương Thị Kim", &[DataOfficer], &["BVDL"]),
    account("thanhtra", "Vi Thị Xuân", &[Inspector], &[]),
];

/// The positions of the demo office.
pub(super) const POSITIONS: [DemoPosition; 21] = [
    (
        "CT",
        "Chủ tịch UBND xã, Trưởng Ban Chỉ đạo ISO",
        "Chairman of the People's Committee",
        "Lãnh đạo UBND",
    ),
    (
        "PCT",
        "Phó Chủ tịch UBND xã, Phó Trưởng Ban Chỉ đạo ISO",
        "Vice Chairman",
        "Lãnh đạo UBND",
    ),
    (
        "CVP",
        "Chánh Văn phòng HĐND và UBND",
        "Chief of Office",
        "Văn phòng HĐND và UBND",
    ),
    (
        "TKISO",
        "Thư ký Ban Chỉ đạo ISO",
        "Secretary of the ISO committee",
        "Văn phòng HĐND và UBND",
    ),
    (
        "QTHT",
        "Quản trị hệ thống",
        "System administrator",
        "Văn phòng HĐND và UBND",
    ),
    (
        "MC",
        "Công chức Trung tâm Phục vụ hành chính công",
        "One-stop desk official",
        "Trung tâm Phục vụ HCC",
    ),
    (
        "TPHT",
        "Công chức Tư pháp – Hộ tịch",
        "Justice and civil status official",
        "Văn phòng HĐND và UBND",
    ),
    (
        "TPHT2",
        "Công chức Tư pháp – Hộ tịch (kiêm nhiệm)",
        "Justice official, part-time",
        "Văn phòng HĐND và UBND",
    ),
    (
        "CVVP",
        "Chuyên viên Văn phòng",
        "Office specialist",
        "Văn phòng HĐND và UBND",
    ),
    ("VT", "Văn thư", "Records clerk", "Văn phòng HĐND và UBND"),
    (
        "TPKT",
        "Trưởng phòng Kinh tế",
        "Head of the Economic Section",
        "Phòng Kinh tế",
    ),
    (
        "CVKT",
        "Chuyên viên Phòng Kinh tế",
        "Economic specialist",
        "Phòng Kinh tế",
    ),
    (
        "CVKT2",
        "Chuyên viên Phòng Kinh tế (tạm kiêm)",
        "Economic specialist, acting",
        "Phòng Kinh tế",
    ),
    ("KTOAN", "Kế toán", "Accountant", "Phòng Kinh tế"),
    (
        "TPVHXH",
        "Trưởng phòng Văn hóa – Xã hội",
        "Head of the Culture and Society Section",
        "Phòng Văn hóa – Xã hội",
    ),
    (
        "CVVHXH",
        "Công chức Phòng Văn hóa – Xã hội",
        "Culture and society official",
        "Phòng Văn hóa – Xã hội",
    ),
    (
        "CHQS",
        "Chỉ huy trưởng Ban CHQS xã",
        "Commander of the Military Command",
        "Ban Chỉ huy quân sự",
    ),
    (
        "TLQS",
        "Trợ lý Ban CHQS xã",
        "Assistant of the Military Command",
        "Ban Chỉ huy quân sự",
    ),
    (
        "DGNB",
        "Đánh giá viên nội bộ",
        "Internal auditor",
        "Đoàn đánh giá nội bộ",
    ),
    (
        "BVDL",
        "Cán bộ bảo vệ dữ liệu cá nhân",
        "Data protection officer",
        "Văn phòng HĐND và UBND",
    ),
    (
        "PTISO",
        "Thành viên Ban Chỉ đạo ISO",
        "Member of the ISO committee",
        "Ban Chỉ đạo ISO",
    ),
];
