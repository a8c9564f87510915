//! The unit for installing keeps nothing from the program that it does: the command line of the unit is run as the unit
//! has it, and every call that the unit denies is watched for.

use crate::support::databases::{SERVER, connect, lines, new_folder};
use crate::support::program::run;
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start, a backup and a drill may take together.
const PATIENCE: Duration = Duration::from_secs(180);

/// Groups of calls as systemd 257 has them (`systemd-analyze syscall-filter @GROUP`).
const GROUPS: [(&str, &str); 8] = [
    (
        "@privileged",
        "@chown @clock @module @raw-io @reboot @swap _sysctl acct bpf capset chroot fanotify_init fanotify_mark nfsservctl \
         open_by_handle_at pivot_root quotactl quotactl_fd setdomainname setfsuid setfsuid32 setgroups setgroups32 \
         sethostname setresuid setresuid32 setreuid setreuid32 setuid setuid32 vhangup",
    ),
    ("@chown", "chown chown32 fchown fchown32 fchownat lchown lchown32"),
    (
        "@clock",
        "adjtimex clock_adjtime clock_adjtime64 clock_settime clock_settime64 settimeofday",
    ),
    ("@module", "delete_module finit_module init_module"),
    ("@raw-io", "ioperm iopl pciconfig_iobase pciconfig_read pciconfig_write"),
    ("@reboot", "kexec_file_load kexec_load reboot"),
    ("@swap", "swapoff swapon"),
    (
        "@resources",
        "ioprio_set mbind migrate_pages move_pages nice sched_setaffinity sched_setattr sched_setparam \
         sched_setscheduler set_mempolicy set_mempolicy_home_node setpriority setrlimit",
    ),
];

/// The calls that a list of calls and groups names.
fn calls(list: &str) -> BTreeSet<&str> {
    list.split_whitespace()
        .flat_map(|word| {
            if !word.starts_with('@') {
                return BTreeSet::from([word]);
            }
            let group = GROUPS.iter().find(|(name, _)| *name == word);
            calls(
                group
                    .unwrap_or_else(|| panic!("the test does not know the calls of {word}"))
                    .1,
            )
        })
        .collect()
}

pub fn unit() -> String {
    std::fs::read_to_string("docs/install/quytrinh.service").unwrap()
}

/// What the unit says of `key`, each time it does.
pub fn said<'a>(unit: &'a str, key: &str) -> Vec<&'a str> {
    unit.lines()
        .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .collect()
}

fn denied(unit: &str) -> BTreeSet<&str> {
    let lists = said(unit, "SystemCallFilter");
    lists
        .iter()
        .filter_map(|list| list.strip_prefix('~'))
        .flat_map(calls)
        .collect()
}

/// The words of the unit's command, after the program.
pub fn command(unit: &str) -> Vec<String> {
    let (_, after) = unit.split_once("ExecStart=").expect("it starts something");
    let joined = after.replace("\\\n", " ");
    let words = joined.lines().next().unwrap_or_default().split_whitespace();
    words.skip(1).map(str::to_owned).collect()
}

/// Anybody but root: as root, SQLite gives its log to the owner of the database.
fn as_nobody(folder: &Path) -> Vec<String> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Vec::new();
    }
    let own = Command::new("chown").args(["-R", "65534:65534"]).arg(folder).status();
    assert!(own.unwrap().success());
    ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        .map(str::to_owned)
        .to_vec()
}

/// Starts the unit's command below a folder, with a log of these calls.
fn start(folder: &Path, watched: &BTreeSet<&str>) -> Child {
    let place = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let listen = port.unwrap().to_string();
    for name in ["backup", "ledger", "personal"] {
        std::fs::write(place(name), format!("mười hai con giáp {name}\n")).unwrap();
    }
    std::fs::create_dir_all(place("tmp")).unwrap();
    let words = command(&unit()).into_iter().map(|word| {
        word.replace("/var/lib/quytrinh", &place("data"))
            .replace("/mnt/backup/quytrinh", &place("backups"))
            .replace("/var/tmp", &place("tmp"))
            .replace("127.0.0.1:8080", &listen)
            .replace("%d", folder.to_str().unwrap())
    });
    let watch: Vec<String> = watched.iter().map(|call| format!("?{call}")).collect();
    let (log, watch) = (place("calls"), format!("trace={}", watch.join(",")));
    let mut around = as_nobody(folder);
    let strace = ["strace", "--seccomp-bpf", "-f", "-qq", "-o", &log, "-e", &watch];
    around.extend(strace.map(str::to_owned));
    Command::new(&around[0])
        .args(&around[1..])
        .arg(env!("CARGO_BIN_EXE_quytrinh"))
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What came of backups and drills by now.
fn results(folder: &Path) -> Vec<String> {
    // Until the first backup begins, there may be no tables to ask.
    if !folder.join("backups").is_dir() {
        return Vec::new();
    }
    lines(
        &mut connect(folder.join("data/quytrinh.db").to_str().unwrap()),
        "SELECT kind || ' ' || state || ' ' || fault AS value FROM backup_runs ORDER BY number",
    )
}

/// Runs the unit's command below a folder until a backup was taken and a drill held; gives which of these calls it made.
fn made(folder: &Path, watched: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut child = start(folder, watched);
    let begun = Instant::now();
    while results(folder).len() < 2 {
        let (ended, found) = (child.try_wait().unwrap(), results(folder));
        assert!(ended.is_none() && begun.elapsed() < PATIENCE, "{ended:?}: {found:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(results(folder), ["backup done ", "drill done "]);
    // The child of strace is the program; it is asked to stop as a service manager does.
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let program = std::fs::read_to_string(children).unwrap().trim().to_owned();
    let stop = Command::new("kill").args(["-TERM", &program]).status();
    assert!(stop.unwrap().success(), "{program}");
    let ended = child.wait().unwrap();
    assert!(ended.success(), "a stop that was asked for is no failure: {ended}");
    let log = std::fs::read_to_string(folder.join("calls")).unwrap();
    let names = log.lines().filter_map(|line| {
        let (before, _) = line.split_once('(')?;
        before.rsplit(' ').next().map(str::to_owned)
    });
    names.collect()
}

#[test]
fn the_unit_denies_no_call_that_the_program_makes_on_its_command_line() {
    if SERVER.is_some() {
        return;
    }
    let unit = unit();
    let denied = denied(&unit);
    let resources = calls("@resources");
    assert!(denied.len() > 30, "the unit denies nothing: {denied:?}");
    let folder = new_folder();
    let made = made(folder.path(), &denied.union(&resources).copied().collect());
    let refused: Vec<&String> = made.iter().filter(|call| denied.contains(call.as_str())).collect();
    assert!(refused.is_empty(), "the unit denies what the program does: {refused:?}");
    // The control: what the unit denied before would have been found.
    assert!(made.iter().any(|call| resources.contains(call.as_str())), "{made:?}");
    // And what nobody thought of fails as forbidden; it does not kill the office.
    assert_eq!(said(&unit, "SystemCallErrorNumber"), ["EPERM"]);
}

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new("docs").join(name)).unwrap()
}

/// What a unit asks for that nobody makes, or that the program does not know.
fn unit_lacks(unit: &str) -> Vec<String> {
    let mut lacks = Vec::new();
    let user = said(unit, "User").first().copied().unwrap_or("nobody");
    if user != said(unit, "Group").first().copied().unwrap_or("nogroup") || unit.contains("\nDynamicUser=") {
        lacks.push("a user that stays".to_owned());
    }
    if !page("install/quytrinh.sysusers").contains(&format!("\nu {user} - ")) {
        lacks.push(format!("the user {user}"));
    }
    let words = command(unit);
    let value = |option: &str| {
        let at = words.iter().position(|word| word == option);
        at.and_then(|at| words.get(at + 1)).cloned().unwrap_or_default()
    };
    let backups = value("--backup-to");
    let made = format!("install -d -o {user} -g {user} -m 0700 {backups} ");
    if !page("install.md").contains(&made) {
        lacks.push(format!("the folder {backups}"));
    }
    if !said(unit, "ReadWritePaths").contains(&format!("-{backups}").as_str()) {
        lacks.push(format!("{backups} that may be missing, and be written to"));
    }
    if value("--drill-scratch") != "/var/tmp" || !said(unit, "PrivateTmp").contains(&"yes") {
        lacks.push("a scratch place".to_owned());
    }
    for name in ["backup", "ledger", "personal"] {
        let credential = format!("{name}:/etc/quytrinh/{name}.cred");
        if !said(unit, "LoadCredentialEncrypted").contains(&credential.as_str()) {
            lacks.push(format!("the credential {name}"));
        }
    }
    lacks
}

/// What the recipe of a container tells the program of and does not give it, or tells it in vain.
fn container_lacks(recipe: &str, help: &str) -> Vec<String> {
    let mut lacks = Vec::new();
    let told: Vec<(&str, &str)> = recipe
        .split(" -e ")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next()?.split_once('='))
        .collect();
    for name in [
        "QUYTRINH_BACKUP_TO",
        "QUYTRINH_DRILL_SCRATCH",
        "QUYTRINH_BACKUP_PASSPHRASE_FILE",
        "QUYTRINH_KEY_PASSPHRASE_FILE",
        "QUYTRINH_PERSONAL_PASSPHRASE_FILE",
    ] {
        if !told.iter().any(|(known, _)| *known == name) {
            lacks.push(name.to_owned());
        }
    }
    for (name, value) in told {
        if !help.contains(&format!("[env: {name}=")) {
            lacks.push(format!("{name} in the program"));
        }
        let secret = value.strip_prefix("/run/secrets/");
        if secret.is_some_and(|secret| !recipe.contains(&format!("--secret {secret},uid=10001,mode=0400"))) {
            lacks.push(format!("the secret {value}"));
        }
        let is_mounted = recipe.contains(&format!(":{value} "));
        if secret.is_none() && value.starts_with('/') && !is_mounted {
            lacks.push(format!("the place {value}"));
        }
    }
    if !recipe.contains("install -d -o 10001 -g 10001 -m 0700 /mnt/backup/quytrinh ") {
        lacks.push("the folder of backups".to_owned());
    }
    lacks
}

#[test]
fn user_folders_and_passphrases_of_the_unit_and_of_the_container_are_made_before_they_are_used() {
    let (unit, recipe) = (unit(), page("install/Containerfile"));
    let help = run(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert_eq!(unit_lacks(&unit), Vec::<String>::new());
    assert_eq!(container_lacks(&recipe, &help), Vec::<String>::new());
    assert!(recipe.contains("-m 0700 /data /backup /scratch"), "{recipe}");
    // The control: as they were before, each of these was missing.
    let before = unit
        .replace("User=quytrinh\nGroup=quytrinh", "DynamicUser=yes")
        .replace("ReadWritePaths=-", "ReadWritePaths=")
        .replace(" --drill-scratch /var/tmp", "");
    assert_eq!(unit_lacks(&before).len(), 5, "{:?}", unit_lacks(&before));
    let before: Vec<&str> = recipe
        .lines()
        .filter(|line| !line.contains("QUYTRINH_BACKUP_TO") && !line.contains("install -d -o 10001"))
        .collect();
    assert_eq!(container_lacks(&before.join("\n"), &help).len(), 3);
    assert_eq!(
        container_lacks(&recipe.replace("DRILL_SCRATCH", "SCRATCH"), &help).len(),
        2
    );
}
