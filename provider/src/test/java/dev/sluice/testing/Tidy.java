package dev.sluice.testing;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Holds the hand-written sources of a module to the numbers of docs/style.md. One run, one list of faults. */
public final class Tidy {
    private static final int METHOD_LINES_MAX = 60;
    private static final int FILE_LINES_MAX = 400;
    /** The API types alone ask for about 60 methods each. */
    private static final int FACADE_FILE_LINES_MAX = 600;
    /** A test file is a list of cases; cutting it in two makes none of them clearer. */
    private static final int TEST_FILE_LINES_MAX = 600;

    /** A table of cases is one method. */
    private static final int TEST_METHOD_LINES_MAX = 150;

    private static final int PARAMETERS_MAX = 6;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");

    private final Map<Path, Larger> larger = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    private Tidy() {}

    /**
     * A file that may be larger than others, up to its own numbers, which only go down.
     *
     * @param file from the module on
     * @param reason why it is better so
     */
    public record Larger(String file, int fileLines, int methodLines, String reason) {}

    /** What is beyond the numbers in the module that the build stands in, one line each. */
    public static List<String> faultsOfThisModule(Larger... exceptions) throws IOException {
        Tidy tidy = new Tidy();
        for (Larger exception : exceptions) {
            tidy.larger.put(Path.of(exception.file()), exception);
            if (!Files.exists(Path.of(exception.file()))) {
                tidy.faults.add(exception.file() + ": is gone, and so is its exception");
            }
        }
        tidy.inspect(Path.of("src/main/java"));
        tidy.inspect(Path.of("src/test/java"));
        tidy.inspect(Path.of("src/programs/java"));
        tidy.inspect(Path.of("jakarta-ee/src/main/java"));
        return tidy.faults;
    }

    private void inspect(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> sources;
        try (var walk = Files.walk(root)) {
            sources = walk.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        if (sources.isEmpty()) {
            return;
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            var task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            var positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Inspector(unit, positions).scan(unit, null);
            }
        }
        for (Path source : sources) {
            inspectText(source);
        }
    }

    private void inspectText(Path source) throws IOException {
        List<String> lines = Files.readAllLines(source);
        long code = lines.stream().map(String::strip).filter(Tidy::isCode).count();
        if (code > longestFile(source)) {
            faults.add(source + ": " + code + " lines of code, " + longestFile(source) + " are the most");
        }
        if (lines.stream().anyMatch(line -> UNFINISHED.matcher(line).find())) {
            faults.add(source + ": unfinished work is an issue, not a comment");
        }
    }

    private int longestFile(Path source) {
        Larger exception = larger.get(source);
        if (exception != null) {
            return exception.fileLines();
        }
        if (isTest(source)) {
            return TEST_FILE_LINES_MAX;
        }
        return source.startsWith(Path.of("src/main/java/dev/sluice/jms")) ? FACADE_FILE_LINES_MAX : FILE_LINES_MAX;
    }

    private int longestMethod(Path source) {
        Larger exception = larger.get(source);
        if (exception != null) {
            return exception.methodLines();
        }
        return isTest(source) ? TEST_METHOD_LINES_MAX : METHOD_LINES_MAX;
    }

    private static boolean isTest(Path source) {
        return source.startsWith(Path.of("src/test")) || source.startsWith(Path.of("src/programs"));
    }

    private static boolean isCode(String line) {
        return !line.isEmpty()
                && !line.startsWith("/*")
                && !line.startsWith("*")
                && !line.startsWith("//")
                && !line.startsWith("import ")
                && !line.startsWith("package ");
    }

    /** Looks at the syntax tree of one file. */
    private final class Inspector extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        Inspector(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            var map = unit.getLineMap();
            long start = positions.getStartPosition(unit, method);
            long end = positions.getEndPosition(unit, method);
            long lines = end < 0 ? 0 : map.getLineNumber(end) - map.getLineNumber(start) + 1;
            int most = longestMethod(Path.of(unit.getSourceFile().getName()));
            if (lines > most) {
                faults.add(where(method.getName()) + ": " + lines + " lines, " + most + " are the most");
            }
            if (method.getParameters().size() > PARAMETERS_MAX && !isRecordConstructor(method)) {
                faults.add(where(method.getName()) + ": "
                        + method.getParameters().size() + " parameters, " + PARAMETERS_MAX + " are the most");
            }
            if (!maySynchronize() && method.getModifiers().getFlags().contains(Modifier.SYNCHRONIZED)) {
                faults.add(where(method.getName()) + ": synchronized");
            }
            return super.visitMethod(method, null);
        }

        // The compact constructor of a record has the record's components, which are named parts and no train of
        // parameters.
        private boolean isRecordConstructor(MethodTree method) {
            return method.getReturnType() == null
                    && getCurrentPath().getParentPath().getLeaf().getKind() == com.sun.source.tree.Tree.Kind.RECORD;
        }

        @Override
        public @Nullable Void visitSynchronized(SynchronizedTree block, @Nullable Void unused) {
            if (!maySynchronize()) {
                faults.add(where("block") + ": synchronized");
            }
            return super.visitSynchronized(block, null);
        }

        // What threads share is in the base package alone; fixtures of tests are as simple as can be.
        private boolean maySynchronize() {
            return unit.getSourceFile().getName().startsWith("src/test")
                    || (unit.getPackageName() != null
                            && unit.getPackageName().toString().equals("dev.sluice.base"));
        }

        private String where(CharSequence name) {
            return unit.getSourceFile().getName() + " " + name;
        }
    }
}
