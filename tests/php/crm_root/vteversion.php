<?php
$enterprise_current_version = '20.04.3';
$enterprise_current_build = '2219';
