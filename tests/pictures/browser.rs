//! One Chromium for many pages, spoken to in the DevTools protocol over its pipe. It gets a profile and fonts of its own, so
//! that a page looks the same on every machine that has Liberation and DejaVu.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Which fonts there are, and that all machines smooth their edges alike.
const FONTS: &str = r#"<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts/truetype/liberation</dir>
<dir>/usr/share/fonts/truetype/dejavu</dir>
<cachedir>CACHE</cachedir>
<match target="font">
<edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="hinting" mode="assign"><bool>false</bool></edit>
<edit name="rgba" mode="assign"><const>none</const></edit>
</match>
<alias binding="same"><family>sans-serif</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>Helvetica</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>Arial</family><prefer><family>Liberation Sans</family></prefer></alias>
<alias binding="same"><family>monospace</family><prefer><family>Liberation Mono</family></prefer></alias>
<alias binding="same"><family>Consolas</family><prefer><family>Liberation Mono</family></prefer></alias>
</fontconfig>
"#;

/// `sh` gives Chromium our ends of the pipe as the descriptors 3 and 4, where it looks for them.
const PIPED: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// Waits until all is drawn, then looks at every word: whether something sticks out on the right, and whether the words are
/// to be read on what is behind them (WCAG 2.2, AA: a contrast of 4.5). Squares are pictures, not words.
const LOOK: &str = include_str!("../data/pictures/look.js");

/// A running Chromium with one page.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: Option<String>,
    last: u64,
    _home: tempfile::TempDir,
}

impl Browser {
    /// Starts it.
    pub fn start(program: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let fonts = home.path().join("fonts.conf");
        let cache = home.path().join("cache").display().to_string();
        std::fs::write(&fonts, FONTS.replace("CACHE", &cache)).unwrap();
        let mut child = Command::new("sh")
            .args(["-c", PIPED, "sh"])
            .arg(program)
            .args(["--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .args(["--disable-lcd-text", "--font-render-hinting=none", "--force-color-profile=srgb"])
            .args(["--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync"])
            .args(["--disable-component-update", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND"])
            .arg(format!("--user-data-dir={}", home.path().join("profile").display()))
            .env("HOME", home.path())
            .env("FONTCONFIG_FILE", &fonts)
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self { child, to, from, session: None, last: 0, _home: home };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.ask("Target.attachToTarget", json!({"targetId": target["targetId"], "flatten": true}));
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        browser.ask("Page.enable", json!({}));
        browser
    }

    /// Shows a page.
    pub fn show(&mut self, html: &str) {
        let tree = self.ask("Page.getFrameTree", json!({}));
        let frame = &tree["frameTree"]["frame"]["id"];
        self.ask("Page.setDocumentContent", json!({"frameId": frame, "html": html}));
    }

    /// The whole page as a PNG of half its size, on a screen so wide; and what is wrong with it.
    pub fn picture(&mut self, width: u32, dark: bool) -> (Vec<u8>, Vec<String>) {
        let metrics = json!({"width": width, "height": 400, "deviceScaleFactor": 1, "mobile": false});
        self.ask("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.ask("Emulation.setEmulatedMedia", features);
        let look = json!({"expression": LOOK, "awaitPromise": true, "returnByValue": true});
        let seen = self.ask("Runtime.evaluate", look);
        let faults = seen["result"]["value"].as_array().unwrap_or_else(|| panic!("{seen}"));
        let faults = faults.iter().map(|fault| fault.as_str().unwrap().to_owned()).collect();
        let size = self.ask("Page.getLayoutMetrics", json!({}));
        let clip = json!({"x": 0, "y": 0, "width": width, "height": size["cssContentSize"]["height"], "scale": 0.5});
        let shot = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let shot = self.ask("Page.captureScreenshot", shot);
        (STANDARD.decode(shot["data"].as_str().unwrap()).unwrap(), faults)
    }

    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut question = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            question["sessionId"] = json!(session);
        }
        let mut question = question.to_string().into_bytes();
        question.push(0);
        self.to.write_all(&question).unwrap();
        loop {
            let mut answer = Vec::new();
            self.from.read_until(0, &mut answer).unwrap();
            assert_eq!(answer.pop(), Some(0), "Chromium has left, asked for {method}");
            let mut answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session = None;
        // It leaves by itself when it is told to; whoever lives longer is ended.
        let _ = self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        std::thread::sleep(std::time::Duration::from_millis(300));
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
