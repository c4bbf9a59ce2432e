//! What mails look like: each kind in each language, in Chromium, on a wide and on a narrow screen, light and dark. They are
//! compared with the pictures in `tests/data/pictures`, and what cannot be read or sticks out is found.
//!
//! `MENTIOND_PICTURES=write cargo nextest run --all-features every_mail_looks` renews the pictures; look at them before you
//! commit them. Where one differs, the new one stands in `target/pictures`.

mod browser;
mod image;

use std::fs;
use std::path::{Path, PathBuf};

use mentiond::deliver::render;
use mentiond::model::Tongue;
use mentiond::model::outbox::OutboxMessage;

use crate::common::{notices::mail, samples::of_every_kind};
use browser::Browser;
use image::Image;

const KEPT: &str = "tests/data/pictures";
const SCREENS: [(u32, bool); 4] = [(600, false), (600, true), (360, false), (360, true)];

#[test]
fn every_mail_looks_as_it_did() {
    let Some(program) = chromium() else { return };
    let write = std::env::var("MENTIOND_PICTURES").is_ok_and(|what| what == "write");
    let mut browser = Browser::start(&program);
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for (kind, message) in of_every_kind() {
        for language in Tongue::ALL {
            let name = format!("{kind}.{}.png", language.as_str());
            let rendered = render(&OutboxMessage { language, ..message.clone() }, &mail());
            browser.show(&rendered.standalone());
            let shots = SCREENS.map(|(width, dark)| {
                let (png, wrong) = browser.picture(width, dark);
                let screen = if dark { "dark" } else { "light" };
                faults.extend(wrong.into_iter().map(|fault| format!("{name}, {width} px, {screen}: {fault}")));
                Image::read(&png)
            });
            let seen = Image::side_by_side(&shots);
            let kept = Path::new(KEPT).join(&name);
            if write {
                fs::write(kept, seen.write()).unwrap();
            } else if let Some(fault) = difference(&seen, &kept) {
                fs::create_dir_all("target/pictures").unwrap();
                fs::write(Path::new("target/pictures").join(&name), seen.write()).unwrap();
                faults.push(format!("{name} {fault}"));
            }
            names.push(name);
        }
    }
    let stale = fs::read_dir(KEPT).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    for name in stale.filter(|name| name.ends_with(".png") && !names.contains(name)) {
        if write {
            fs::remove_file(Path::new(KEPT).join(name)).unwrap();
        } else {
            faults.push(format!("{name} shows no mail of ours"));
        }
    }
    let hint = "hint: look at target/pictures; `MENTIOND_PICTURES=write cargo nextest run --all-features every_mail_looks` \
                keeps what is seen now";
    assert!(faults.is_empty(), "{}\n{hint}", faults.join("\n"));
}

fn difference(seen: &Image, kept: &Path) -> Option<String> {
    match fs::read(kept) {
        Ok(png) => seen.differs_from(&Image::read(&png)),
        Err(_) => Some("is not kept yet".to_owned()),
    }
}

/// Where Chromium is. `None` where it is not installed; that is a failure in CI.
fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("MENTIOND_TEST_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    let found = named.into_iter().chain(usual).find(|program| program.exists());
    let fonts = Path::new("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf").exists();
    if found.is_none() || !fonts {
        assert!(std::env::var_os("CI").is_none(), "Chromium or its fonts are missing; hint: run `bash tests/run.sh`");
        eprintln!("Chromium or its fonts are missing, so nothing was looked at; hint: run `bash tests/run.sh`");
        return None;
    }
    found
}
