//! Without TLS the program is for its own machine only (ASVS line 60).

use crate::support::program::run;
use crate::walls::files::files;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starts the program on an address, and gives whether it served and what it said; it is ended as soon as one is known.
fn start(listen: &str, more: &[&str]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("said");
    let file = std::fs::File::create(&log).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args(["serve", "--listen", listen, "--data"])
        .arg(folder.path().join("data"))
        .args(more)
        .stdin(Stdio::null())
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .spawn()
        .unwrap();
    let port: u16 = listen.rsplit(':').next().unwrap().parse().unwrap();
    let begun = Instant::now();
    let served = loop {
        assert!(begun.elapsed() < Duration::from_secs(60), "it neither serves nor ends");
        if let Some(status) = child.try_wait().unwrap() {
            assert!(!status.success());
            break false;
        }
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break true;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    drop(child.kill());
    drop(child.wait());
    let made = folder.path().join("data").exists();
    assert_eq!(made, served, "a refused start left something behind");
    (served, std::fs::read_to_string(log).unwrap())
}

fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port()
}

#[test]
fn an_address_that_others_reach_is_refused_without_tls() {
    for host in ["0.0.0.0", "[::]", "10.0.0.1", "[2001:db8::1]"] {
        let (served, said) = start(&format!("{host}:{}", free_port()), &[]);
        assert!(
            !served && said.contains("--behind-tls-proxy") && said.contains("in clear"),
            "{host}: {said}"
        );
    }
    // The control: the same address when a proxy stands before it.
    let more = ["--behind-tls-proxy", "--office-code", "H38.12.5"];
    let (served, said) = start(&format!("0.0.0.0:{}", free_port()), &more);
    assert!(served, "{said}");
}

#[test]
fn the_first_start_asks_which_office_it_is() {
    for (more, asks) in [
        (&[][..], "say which office"),
        (&["--office-code", "xã/1"][..], "letters, digits"),
    ] {
        let (served, said) = start(&format!("127.0.0.1:{}", free_port()), more);
        assert!(
            !served && said.contains("--office-code") && said.contains(asks),
            "{said}"
        );
    }
    let (served, said) = start(&format!("127.0.0.1:{}", free_port()), &["--office-code", "H38.12.5"]);
    assert!(served, "{said}");
}

#[test]
fn the_files_for_installing_say_the_same() {
    let text = |ending: &str, path: &str| {
        let mut all = files("docs", ending).into_iter();
        all.find(|file| file.path.ends_with(path)).unwrap().text
    };
    let container = text("Containerfile", "Containerfile");
    assert!(
        container.contains("0.0.0.0:8080") && container.contains("--behind-tls-proxy"),
        "{container}"
    );
    let service = text(".service", "/quytrinh.service");
    assert!(service.contains("--listen 127.0.0.1:8080") && service.contains("--trusted-proxy 127.0.0.1"));
    assert!(!service.contains("--behind-tls-proxy"));
    let copy = text(".service", "/quytrinh-copy.service");
    for (command, flags) in [
        ("backup", ["--unrecorded", "--keep", "--to"]),
        ("backup-keys", ["--to", "--data", "--passphrase-file"]),
    ] {
        let help = run(&[command, "--help"]);
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        assert!(copy.contains(&format!("quytrinh {command} ")), "{copy}");
        assert!(
            flags.iter().all(|flag| copy.contains(flag) && help.contains(flag)),
            "{help}"
        );
    }
    assert!(text(".timer", "/quytrinh-copy.timer").contains("OnCalendar=minutely"));
    assert!(text("Caddyfile", "Caddyfile").contains("reverse_proxy 127.0.0.1:8080"));
    assert!(text(".md", "install.md").contains("--behind-tls-proxy"));
    let help = run(&["serve", "--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("--behind-tls-proxy"));
}
