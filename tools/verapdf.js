// Validate files as PDF/A-2a and PDF/UA-1 with veraPDF; print a line for each file and profile: its path, the profile,
// "true" or "false", and the broken rules. Run by Rhino, which is in the same JAR file (tools/verapdf.py).
var pdfa = Packages.org.verapdf.pdfa;
Packages.org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = pdfa.Foundries.defaultInstance();
Array.prototype.forEach.call(arguments, function (file) {
    ["2a", "ua1"].forEach(function (name) {
        var flavour = pdfa.flavours.PDFAFlavour.byFlavourId(name);
        var parser = foundry.createParser(new java.io.FileInputStream(file), flavour);
        var result = foundry.createValidator(flavour, false).validate(parser);
        var broken = new java.util.TreeSet();
        for (var found = result.getTestAssertions().iterator(); found.hasNext(); ) {
            var one = found.next();
            broken.add(one.getRuleId().getClause() + " " + one.getMessage());
        }
        print([file, name, result.isCompliant(), broken].join("\t"));
        parser.close();
    });
});
