//! Converts every `meta.yaml` below a folder: writes `recipe.yaml` and `diagnostics.json` next to it.
//!
//! For measurements over many recipes: `cargo run -p sidewinder_recipe_tools --example convert_folder -- FOLDER`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sidewinder_recipe_tools::convert::{ConvertOptions, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: convert_folder FOLDER")?;
    let mut files = Vec::new();
    find(Path::new(&folder), &mut files)?;
    for file in files {
        let folder = file.parent().unwrap_or(Path::new("."));
        let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let options = ConvertOptions { path: None, files: names.collect::<Result<_, std::io::Error>>()? };
        let conversion = convert(&fs::read_to_string(&file)?, &options);
        fs::write(folder.join("recipe.yaml"), &conversion.recipe)?;
        fs::write(folder.join("diagnostics.json"), serde_json::to_string_pretty(&conversion.diagnostics)?)?;
    }
    Ok(())
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), std::io::Error> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.file_name().is_some_and(|name| name == "meta.yaml") {
            files.push(path);
        }
    }
    Ok(())
}
