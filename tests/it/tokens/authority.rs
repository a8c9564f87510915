//! An authority for tests, made by `openssl`: a root, an authority under it, signers of many kinds, and what they sign.
//! Nothing of it is the program's own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

const CONFIG: &str = "\
[ca]\ndefault_ca=d\n\
[d]\nnew_certs_dir=.\ndatabase=index.txt\nrand_serial=yes\ndefault_md=sha256\npolicy=p\nunique_subject=no\nemail_in_dn=no\ndefault_crl_days=9000\n\
[p]\ncommonName=supplied\norganizationName=optional\ncountryName=optional\n\
[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n\
[mid]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature\nsubjectKeyIdentifier=hash\n\
[sign]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection,clientAuth\nsubjectKeyIdentifier=hash\n\
[server]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n\
[agree]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,keyAgreement\n\
[odd]\nbasicConstraints=CA:FALSE\n1.2.3.4.5=critical,DER:0500\n\
[stamp]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
[tsa]\ndefault_tsa=t\n[t]\nserial=tsa-serial\ncrypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n\
digests=sha256,sha384,sha512\ness_cert_id_alg=sha256\n";

/// The folder of an authority.
pub struct Authority {
    folder: tempfile::TempDir,
}

/// How a signer is made: name, key, extensions, who issues, first and last moment.
struct Made {
    name: &'static str,
    key: &'static [&'static str],
    extensions: &'static str,
    by: &'static str,
    times: [&'static str; 2],
}

const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const SHORT: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const P521: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"];
const LONG: [&str; 2] = ["20200101000000Z", "20491231235959Z"];

const fn made(name: &'static str, key: &'static [&'static str], extensions: &'static str, by: &'static str) -> Made {
    Made {
        name,
        key,
        extensions,
        by,
        times: LONG,
    }
}

const ALL: [Made; 16] = [
    made("root", RSA, "root", "root"),
    made("other-root", P256, "root", "other-root"),
    made("mid", P256, "mid", "root"),
    made("rsa", RSA, "sign", "mid"),
    made("p256", P256, "sign", "mid"),
    made("p384", P384, "sign", "mid"),
    made("p521", P521, "sign", "mid"),
    made("short", SHORT, "sign", "mid"),
    made("server", P256, "server", "mid"),
    made("agree", P256, "agree", "mid"),
    made("odd", P256, "odd", "mid"),
    made("stamp", P256, "stamp", "mid"),
    made("stranger", P256, "sign", "other-root"),
    // Issued by somebody who may sign papers and no certificates.
    made("nested", P256, "sign", "p256"),
    Made {
        times: ["20200101000000Z", "20210101000000Z"],
        ..made("expired", P256, "sign", "mid")
    },
    Made {
        times: ["20400101000000Z", "20410101000000Z"],
        ..made("early", P256, "sign", "mid")
    },
];

impl Authority {
    /// The one that all tests of a run share.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Authority> = LazyLock::new(Authority::make);
        &SHARED
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let one = Self { folder };
        for (name, text) in [("c.cnf", CONFIG), ("index.txt", ""), ("tsa-serial", "01\n")] {
            std::fs::write(one.path(name), text).unwrap();
        }
        for new in &ALL {
            one.certify(new);
        }
        one
    }

    fn certify(&self, new: &Made) {
        let name = new.name;
        let (key, request, out) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        self.run(&[&["genpkey", "-out", &key], new.key].concat());
        let subject = format!("/C=VN/O=UBND xã Thử/CN=Người ký {name}");
        self.run(&[
            "req", "-new", "-utf8", "-key", &key, "-subj", &subject, "-out", &request,
        ]);
        let by = (format!("{}.key", new.by), format!("{}.pem", new.by));
        let mut args = vec![
            "ca", "-config", "c.cnf", "-batch", "-notext", "-utf8", "-in", &request, "-out", &out,
        ];
        args.extend([
            "-startdate",
            new.times[0],
            "-enddate",
            new.times[1],
            "-extensions",
            new.extensions,
        ]);
        args.extend(["-keyfile", &by.0]);
        if new.by == name {
            args.push("-selfsign");
        } else {
            args.extend(["-cert", &by.1]);
        }
        self.run(&args);
    }

    /// A file of the authority.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its text.
    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes a file beside the certificates, under a name of its own.
    pub fn write(&self, bytes: &[u8]) -> PathBuf {
        let path = self.path(&format!("f{}", quytrinh::kernel::new_id()));
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn command(&self, args: &[&str]) -> std::process::Output {
        Command::new("openssl")
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .expect("openssl, which tests/run installs")
    }

    /// Runs `openssl`, which must succeed.
    #[track_caller]
    pub fn run(&self, args: &[&str]) {
        let done = self.command(args);
        assert!(
            done.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }

    /// A detached signature over a content, in DER.
    pub fn sign(&self, content: &[u8], by: &str, more: &[&str]) -> Vec<u8> {
        let (content, out) = (self.write(content), self.write(b""));
        let (certificate, key) = (format!("{by}.pem"), format!("{by}.key"));
        let mut args = vec!["cms", "-sign", "-binary", "-outform", "DER", "-certfile", "mid.pem"];
        args.extend([
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-in",
            content.to_str().unwrap(),
        ]);
        args.extend(["-out", out.to_str().unwrap()]);
        args.extend(more);
        self.run(&args);
        std::fs::read(out).unwrap()
    }

    /// Whether `openssl` takes a detached signature over a content, at this moment.
    pub fn takes(&self, signature: &[u8], content: &[u8], (roots, at): (&Path, i64)) -> bool {
        let (signature, content) = (self.write(signature), self.write(content));
        let at = at.to_string();
        let mut args = vec![
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-purpose",
            "smimesign",
            "-out",
            "/dev/null",
        ];
        args.extend([
            "-in",
            signature.to_str().unwrap(),
            "-content",
            content.to_str().unwrap(),
        ]);
        args.extend(["-CAfile", roots.to_str().unwrap(), "-attime", &at]);
        let done = self.command(&args);
        for file in [&signature, &content] {
            std::fs::remove_file(file).unwrap();
        }
        done.status.success()
    }

    /// The time stamp of the authority over these bytes.
    pub fn stamp(&self, over: &[u8], by: &str) -> Vec<u8> {
        let (data, query, out) = (self.write(over), self.write(b""), self.write(b""));
        let [data, query, out] = [&data, &query, &out].map(|path| path.to_str().unwrap());
        self.run(&["ts", "-query", "-data", data, "-sha256", "-cert", "-out", query]);
        let (certificate, key) = (format!("{by}.pem"), format!("{by}.key"));
        self.run(&[
            "ts",
            "-reply",
            "-config",
            "c.cnf",
            "-queryfile",
            query,
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-chain",
            "mid.pem",
            "-token_out",
            "-out",
            out,
        ]);
        std::fs::read(out).unwrap()
    }

    /// The list of what the authority revoked, in DER; these are revoked first.
    pub fn list(&self, revoked: &[&str]) -> Vec<u8> {
        // A register of its own: the shared one stays as it is.
        let register = quytrinh::kernel::new_id();
        std::fs::copy(self.path("index.txt"), self.path(&register)).unwrap();
        let config = CONFIG.replace("database=index.txt", &format!("database={register}"));
        let config = self.write(config.as_bytes());
        let base = [
            "ca",
            "-config",
            config.to_str().unwrap(),
            "-keyfile",
            "mid.key",
            "-cert",
            "mid.pem",
        ];
        for name in revoked {
            let file = format!("{name}.pem");
            self.run(&[&base[..], &["-revoke", &file]].concat());
        }
        let (pem, der) = (self.write(b""), self.write(b""));
        self.run(&[&base[..], &["-gencrl", "-out", pem.to_str().unwrap()]].concat());
        self.run(&[
            "crl",
            "-in",
            pem.to_str().unwrap(),
            "-outform",
            "DER",
            "-out",
            der.to_str().unwrap(),
        ]);
        std::fs::read(der).unwrap()
    }

    /// An answer of the authority about a certificate (OCSP), in DER.
    pub fn answer(&self, about: &str, is_revoked: bool) -> Vec<u8> {
        let register = quytrinh::kernel::new_id();
        std::fs::copy(self.path("index.txt"), self.path(&register)).unwrap();
        let file = format!("{about}.pem");
        if is_revoked {
            let config = CONFIG.replace("database=index.txt", &format!("database={register}"));
            let config = self.write(config.as_bytes());
            let base = [
                "ca",
                "-config",
                config.to_str().unwrap(),
                "-keyfile",
                "mid.key",
                "-cert",
                "mid.pem",
            ];
            self.run(&[&base[..], &["-revoke", &file]].concat());
        }
        let out = self.write(b"");
        self.run(&[
            "ocsp",
            "-index",
            &register,
            "-rsigner",
            "mid.pem",
            "-rkey",
            "mid.key",
            "-CA",
            "mid.pem",
            "-issuer",
            "mid.pem",
            "-cert",
            &file,
            "-no_nonce",
            "-ndays",
            "9000",
            "-respout",
            out.to_str().unwrap(),
        ]);
        std::fs::read(out).unwrap()
    }
}
