<#
.SYNOPSIS
The nightly round of a school: do the records stand up, what is each case still short of, what is due, and what was
recorded since the last round?

.DESCRIPTION
For Windows PowerShell 5.1 and later:

    powershell.exe -NoProfile -File nightly.ps1 -School \\server\attendance -Reports \\server\attendance-reports

To run it every night at two while you are logged on, type this once in a PowerShell window (one line):

    Register-ScheduledTask -TaskName 'attcheck nightly' -Trigger (New-ScheduledTaskTrigger -Daily -At 02:00) -Action (New-ScheduledTaskAction -Execute 'powershell.exe' -Argument '-NoProfile -ExecutionPolicy Bypass -File "C:\attcheck\nightly.ps1" -School "\\server\attendance" -Reports "\\server\attendance-reports"')

To run it whether or not anybody is logged on, in a command window opened as administrator (it asks for the password of
the account, which must be able to read the cases and to write the reports):

    schtasks /Create /TN "attcheck nightly" /SC DAILY /ST 02:00 /RU SCHOOL\attendance /RP * /TR "powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\attcheck\nightly.ps1 -School \\server\attendance -Reports \\server\attendance-reports"

A task at night does not know the letters of mapped drives, so give folders as \\server\folder.

The program is attcheck, or what the environment variable ATTCHECK says. The round reads only; it never changes a case.
Into the output folder it writes verify.txt, ready.txt, ready.xml (JUnit), ready.json, due.txt (what is overdue, and what is
due within a fortnight) and log.txt (what was recorded since the last round: on Monday night also what was recorded on
Friday). Let only those read that folder who may read the cases.

When the last round began stands in last-round.txt in the output folder, or in the file given with -LastRound. It moves on
when the log was written whole, so that a round that was not made, or failed, leaves nothing out of the next. Without it the
log goes back a week.

Exit status, shown by the Task Scheduler as the last result: 0 the round was made, whether or not every case is ready;
1 a record does not stand up and somebody must look at it; 2 something could not be done or read. If both happened, 2.
#>
param(
    [Parameter(Mandatory = $true)] [string] $School,
    [Parameter(Mandatory = $true)] [string] $Reports,
    [string] $LastRound
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# In PowerShell 7 too, an exit status of 1 is for this script to judge.
$PSNativeCommandUseErrorActionPreference = $false
$script:status = 0

function Write-Message([string] $text) {
    [Console]::Error.WriteLine("nightly: $text")
}

function Add-Failure([string] $text, [int] $code) {
    Write-Message "$text (exit status $code)"
    $script:status = 2
}

# Runs attcheck and returns its exit status. Its messages go where those of this script go.
function Invoke-Attcheck([string[]] $arguments) {
    & $attcheck --dir $School --color never $arguments | Out-Host
    return $LASTEXITCODE
}

# The last line of a file that fits.
function Get-LastLine([string] $file, [string] $pattern) {
    if (-not (Test-Path -LiteralPath $file)) { return 'not written' }
    $line = Get-Content -LiteralPath $file -Encoding UTF8 | Where-Object { $_ -match $pattern } | Select-Object -Last 1
    return "$line"
}

try {
    $attcheck = $env:ATTCHECK
    if (-not $attcheck) { $attcheck = 'attcheck' }
    if (-not (Get-Command -Name $attcheck -CommandType Application -ErrorAction SilentlyContinue)) {
        Write-Message "there is no program $attcheck; set ATTCHECK to where it is"
        exit 2
    }

    # A backslash at the end of a folder's name would swallow the quotation mark that follows it.
    if ($School.Length -gt 3) { $School = $School.TrimEnd('\') }

    # The full name of the folder, so that attcheck and PowerShell mean the same one.
    if (-not (Test-Path -LiteralPath $Reports)) { New-Item -ItemType Directory -Path $Reports -Force | Out-Null }
    $Reports = (Resolve-Path -LiteralPath $Reports).ProviderPath

    $verifyFile = Join-Path $Reports 'verify.txt'
    $readyFile = Join-Path $Reports 'ready.txt'
    $junitFile = Join-Path $Reports 'ready.xml'
    $jsonFile = Join-Path $Reports 'ready.json'
    $dueFile = Join-Path $Reports 'due.txt'
    $logFile = Join-Path $Reports 'log.txt'
    if (-not $LastRound) { $LastRound = Join-Path $Reports 'last-round.txt' }

    # Before anything is looked at, so that what is recorded meanwhile is in the next log. ATTCHECK_NOW is the clock of tests.
    $began = $env:ATTCHECK_NOW
    if (-not $began) {
        $began = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }

    # Last night's files must not be taken for tonight's.
    foreach ($file in @($verifyFile, $readyFile, $junitFile, $jsonFile, $dueFile, $logFile)) {
        if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force }
    }

    # 1. The records themselves. Exit status 1 is a fault that somebody has to look at.
    $code = Invoke-Attcheck @('verify', '--output', $verifyFile)
    if ($code -eq 1) { $script:status = 1 }
    elseif ($code -ne 0) { Add-Failure 'not every record could be verified' $code }

    # 2. What is left on each case. Exit status 1 says that a case is not ready, which is how most cases are.
    $code = Invoke-Attcheck @('ready', '--all', '--output', $readyFile)
    if ($code -notin 0, 1) { Add-Failure 'not every case could be checked' $code }
    $code = Invoke-Attcheck @('ready', '--all', '--format', 'junit', '--output', $junitFile)
    if ($code -notin 0, 1) { Add-Failure 'the test report is not complete' $code }
    $code = Invoke-Attcheck @('ready', '--all', '--format', 'json', '--output', $jsonFile)
    if ($code -notin 0, 1) { Add-Failure 'the JSON is not complete' $code }

    # 3. What is due.
    $code = Invoke-Attcheck @('due', '--within', '14d', '--output', $dueFile)
    if ($code -ne 0) { Add-Failure 'not everything that is due could be looked up' $code }

    # 4. What was recorded since the last round.
    $since = '7d'
    if (Test-Path -LiteralPath $LastRound) {
        $said = "$(Get-Content -LiteralPath $LastRound -TotalCount 1)".Trim()
        if ($said -match '^\d{4}-\d{2}-\d{2}T') { $since = $said }
        else { Write-Message "$LastRound does not say when the last round began; the log goes back a week" }
    }
    $code = Invoke-Attcheck @('log', '--since', $since, '--output', $logFile)
    if ($code -ne 0) { Add-Failure 'the log since the last round is not complete' $code }
    else {
        Set-Content -LiteralPath "$LastRound.new" -Value $began -Encoding ASCII
        Move-Item -LiteralPath "$LastRound.new" -Destination $LastRound -Force
    }

    # The summary.
    'records:   ' + (Get-LastLine $verifyFile '^\d+ of \d+ sound$')
    'cases:     ' + (Get-LastLine $readyFile '^\d+ of \d+ ready$')
    'due:       ' + (Get-LastLine $dueFile '^\d+ due, \d+ overdue$')
    'recorded:  ' + (Get-LastLine $logFile '^\d+ entr(y|ies)$')
    if (Test-Path -LiteralPath $verifyFile) {
        $fault = $false
        $faults = @()
        foreach ($line in @(Get-Content -LiteralPath $verifyFile -Encoding UTF8)) {
            if ($line -match '^\S') { $fault = $line -match '  does not stand up' }
            if ($fault) { $faults += $line }
        }
        if ($faults.Count -gt 0) {
            ''
            'These do not stand up:'
            $faults
            ''
        }
    }
    switch ($script:status) {
        0 { 'The round was made.' }
        1 { 'The round was made, and a record does not stand up: please look at it today.' }
        default { 'The round could not be made in full: see the messages.' }
    }
}
catch {
    Write-Message $_.Exception.Message
    exit 2
}
exit $script:status
